using CsCheck;
using Doorward.Gateway.Connections;

namespace Doorward.Gateway.Tests.Connections;

public sealed class FrameFollowerTests
{
    private static readonly Gen<(int Size, bool Masked)> s_frame =
        Gen.Select(Gen.OneOf(Gen.Int[0, 300], Gen.Int[65_530, 70_000]), Gen.Bool);

    [Fact]
    public void Knows_the_end_of_every_frame_however_it_is_cut_up() =>
        Gen.Select(s_frame.Array[1, 6], Gen.Int[1, 5000]).Sample((frames, step) =>
        {
            byte[] stream = [.. frames.SelectMany(frame => Frame(2, frame.Size, frame.Masked))];
            HashSet<int> ends = [];
            foreach (var frame in frames) ends.Add((ends.Count == 0 ? 0 : ends.Max()) + Frame(2, frame.Size, frame.Masked).Length);
            var follower = new FrameFollower();
            for (var at = 0; at < stream.Length;)
            {
                at += follower.AdvanceFrame(stream.AsSpan(at, Math.Min(step, stream.Length - at)));
                Assert.Equal(ends.Contains(at), follower.AtBoundary);
            }

            Assert.False(follower.Closed);
        }, iter: 200);

    [Fact]
    public void Says_closed_only_after_a_whole_close_frame()
    {
        var follower = new FrameFollower();
        byte[] close = [.. Frame(8, 2, masked: true)];
        follower.Advance(close.AsSpan(0, close.Length - 1));
        Assert.False(follower.Closed);
        follower.Advance(close.AsSpan(close.Length - 1));
        Assert.True(follower.Closed);
    }

    private static byte[] Frame(int opcode, int size, bool masked)
    {
        var mask = masked ? 0x80 : 0;
        byte[] length = size < 126 ? [(byte)(mask | size)]
            : size <= 65_535 ? [(byte)(mask | 126), (byte)(size >> 8), (byte)size]
            : [(byte)(mask | 127), 0, 0, 0, 0, (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size];
        return [(byte)(0x80 | opcode), .. length, .. new byte[masked ? 4 : 0], .. new byte[size]];
    }
}
