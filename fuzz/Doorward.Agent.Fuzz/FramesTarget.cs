using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Doorward.Core.Tunnels;

namespace Doorward.Fuzz;

/// <summary>
/// Frames against a plain reading of the same bytes. The first byte says in pieces of what length they come, whether this side ends, which
/// leg they come to, and whether it is read only when it is over.
/// </summary>
internal static class FramesTarget
{
    private static readonly byte[] Moved = [.. Enumerable.Range(100, 16).Select(static each => (byte)each)];

    private enum Kind { CannotDial, DialsInVain, Dials, HasOne }

    public static void Read(byte[] bytes)
    {
        if (bytes.Length < 2) return;
        var (piece, isEnded, kind, isSlow) = ((bytes[0] & 0x0F) + 1, (bytes[0] & 0x10) != 0, (Kind)((bytes[0] >> 5) & 3), bytes[0] >= 128);
        var towards = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var from = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var leg = new TunnelLeg(towards.Reader, from.Writer, new HastyTime(), dial: kind switch
        {
            Kind.Dials => async (_, _) => await DataPair.OpenAsync(Moved),
            Kind.DialsInVain => static async (_, _) =>
            {
                await Task.Yield();
                return null;
            }
            ,
            _ => null,
        });
        if (kind == Kind.HasOne) Demand(leg.TryMove(DataPair.OpenAsync(Moved).GetAwaiter().GetResult()), "it does not move");
        if (isEnded) Demand(leg.EndAsync().AsTask().Wait(TimeSpan.FromSeconds(5)), "it cannot end");
        var arrived = CollectAsync(leg, isSlow);
        for (var at = 1; at < bytes.Length; at += piece)
            _ = towards.Writer.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at))).AsTask();
        towards.Writer.Complete();
        Demand(leg.Ending.Wait(TimeSpan.FromSeconds(5)), "it does not end");
        Demand(arrived.Wait(TimeSpan.FromSeconds(5)), "its reader does not end");
        Judge(leg, Plain.Read(bytes.AsSpan(1), kind), arrived.Result.Bytes, arrived.Result.IsAll, isEnded);
        Demand(leg.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5)), "it cannot be disposed");
    }

    private static void Judge(TunnelLeg leg, Plain expected, byte[] arrived, bool isAll, bool isEnded)
    {
        var ending = leg.Ending.Result;
        byte[] all = [.. expected.Data, .. expected.IsMoving ? Moved : []];
        Demand(all.AsSpan().StartsWith(arrived), "other bytes arrived");
        Demand(leg.Received >= arrived.Length && leg.Received <= all.Length, "another number of bytes arrived");
        if (isAll) Demand(expected.All == arrived.Length, $"{arrived.Length} were taken for all where those were {expected.All}");
        if (expected.IsMoving)
        {
            // What of the data comes first, and whether a connection comes at all, is not said. But nothing is all that was not.
            Demand(ending is not TunnelEnding.Ended || (isEnded && expected.All == leg.Received), "it ended with something missing");
            Demand(ending is not TunnelEnding.Closed { Here: false } || expected.IsClosed, "it was closed by nobody");
            return;
        }

        Demand(ending switch
        {
            TunnelEnding.Closed { Here: true } => expected.IsViolated,
            TunnelEnding.Closed => expected.IsClosed,
            TunnelEnding.Ended => isEnded && expected.All is not null,
            TunnelEnding.Lost { Cause: null } => !expected.IsViolated && !expected.IsClosed && !(isEnded && expected.All is not null),
            _ => false,
        }, $"it ended as {ending} where that was expected: {expected}");
        if (ending is TunnelEnding.Ended) return; // what comes after it is not looked at
        Demand(leg.Received == all.Length, "another number of bytes arrived");
        if (!expected.IsViolated) Demand(arrived.Length == all.Length, "not all bytes arrived");
    }

    private static async Task<(byte[] Bytes, bool IsAll)> CollectAsync(TunnelLeg leg, bool isSlow)
    {
        var all = new List<byte>();
        try
        {
            if (isSlow) await leg.Ending;
            while (await leg.ReadAsync() is var arrived && !(arrived.IsCompleted && arrived.Buffer.IsEmpty))
            {
                all.AddRange(arrived.Buffer.ToArray());
                leg.Consume(arrived.Buffer.End);
            }

            return ([.. all], true);
        }
        catch (TunnelOverException)
        {
            return ([.. all], false);
        }
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }

    // A minute is 60 ms.
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 1000 : dueTime, period);
    }

    /// <summary>What a reader that has all bytes at once and keeps to TunnelFrame's words would say. Inputs are shorter than the credit.</summary>
    /// <param name="Data">In frames.</param>
    /// <param name="IsViolated">They do what they may not.</param>
    /// <param name="IsClosed">And in words.</param>
    /// <param name="IsMoving">The rest of the data comes elsewhere.</param>
    /// <param name="All">How much data there is, if that was said.</param>
    private sealed record Plain(byte[] Data, bool IsViolated, bool IsClosed, bool IsMoving, long? All)
    {
        public static Plain Read(ReadOnlySpan<byte> bytes, Kind kind)
        {
            var data = new List<byte>();
            var (isViolated, isClosed, isMoving, hasOne) = (false, false, false, kind == Kind.HasOne);
            long? all = null;
            while (!isViolated && !isClosed && bytes.Length >= TunnelFrame.HeaderLength)
            {
                var word = BinaryPrimitives.ReadUInt32BigEndian(bytes);
                var length = (int)(word & 0xFFFFFF);
                bytes = bytes[TunnelFrame.HeaderLength..];
                var payload = bytes[..Math.Min(length, bytes.Length)];
                var isHere = payload.Length == length;
                switch (word >> 24)
                {
                    case 0 when length is > 0 and <= TunnelFrame.MostPayload && all is null && !isMoving:
                        data.AddRange(payload);
                        break;
                    case 1 when length is 0 or sizeof(ulong):
                        if (!isHere) break;
                        var count = length == 0 ? 0 : BinaryPrimitives.ReadInt64BigEndian(payload);
                        isViolated = all is not null || isMoving != (length > 0) || count < 0 || count == long.MaxValue;
                        if (!isViolated) all = data.Count + count;
                        break;
                    case 3 when length is > 0 and <= TunnelFrame.MostPayload:
                        if (!isHere) break;
                        isClosed = TunnelCloseText.Read(new ReadOnlySequence<byte>(payload.ToArray())) is not null;
                        isViolated = !isClosed;
                        break;

                    // Nothing was sent: no credit can come. The others are of another kind of stream.
                    case 2 when length == sizeof(uint):
                    case 4 when length is > 0 and <= TunnelFrame.MostPayload:
                    case 5 or 6 when length == sizeof(ulong):
                        isViolated = isHere;
                        break;
                    case 7 when length == DataConnection.TicketBytes:
                        if (!isHere) break;
                        isViolated = kind is not (Kind.Dials or Kind.DialsInVain) || hasOne || all is not null;
                        hasOne = true;
                        break;
                    case 8 when length == 0 && hasOne && !isMoving && all is null:
                        isMoving = true;
                        break;
                    default:
                        isViolated = true;
                        break;
                }

                if (!isHere) break;
                bytes = bytes[length..];
            }

            return new Plain([.. data], isViolated, isClosed, isMoving, all);
        }
    }
}
