using System.Buffers.Binary;
using CsCheck;
using Doorward.Gateway.Connections;

namespace Doorward.Gateway.Tests.Connections;

public sealed class StreamEndFollowerTests
{
    private static readonly Gen<(byte Type, byte Flags, int Stream, int Size)> s_frame =
        Gen.Select(Gen.Byte[0, 9], Gen.Byte, Gen.Int[1, int.MaxValue], Gen.OneOf(Gen.Int[0, 30], Gen.Int[16_000, 17_000]));

    [Fact]
    public void Names_the_streams_that_end_however_the_frames_are_cut_up() =>
        Gen.Select(s_frame.Array[1, 8], Gen.Int[1, 5000]).Sample((frames, step) =>
        {
            byte[] bytes = [.. frames.SelectMany(frame => Frame(frame.Type, frame.Flags, frame.Stream, frame.Size))];
            var follower = new StreamEndFollower();
            List<int> ended = [];
            for (var at = 0; at < bytes.Length;)
            {
                at += follower.Advance(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)), out var stream);
                if (stream != 0) ended.Add(stream);
            }

            Assert.Equal(frames.Where(Ends).Select(frame => frame.Stream), ended);
        }, iter: 300);

    // RFC 9113 section 5.1: END_STREAM on DATA and HEADERS, and RST_STREAM whatever its flags.
    private static bool Ends((byte Type, byte Flags, int Stream, int Size) frame) => frame.Type == 3 || (frame.Type <= 1 && frame.Flags % 2 == 1);

    private static byte[] Frame(byte type, byte flags, int stream, int size)
    {
        var frame = new byte[9 + size];
        Array.Fill(frame, (byte)1);
        BinaryPrimitives.WriteInt32BigEndian(frame, (size << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        return frame;
    }
}
