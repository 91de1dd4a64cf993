using System.Net.Sockets;
using System.Runtime.InteropServices;
using Doorward.Agent.Carrying;

namespace Doorward.Agent.Tests.Carrying;

/// <summary>Alone, because for a moment this process may open no file at all.</summary>
[CollectionDefinition(nameof(CarrierAcceptTests), DisableParallelization = true)]
[Collection(nameof(CarrierAcceptTests))]
public sealed partial class CarrierAcceptTests
{
    private const int OpenFiles = 7;

    [Fact]
    public async Task An_agent_that_has_too_many_files_open_takes_people_again_when_it_has_fewer()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nothing is carried elsewhere");
        var question = """{"auth":"https://auth.other.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray();
        await using var carrier = new TestCarrier();
        carrier.Start();
        Assert.Equal(CarryProblem.NoDevice, (await carrier.AskAsync(question))?.Problem);
        using (var waiting = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            using (FewerFiles())
            {
                // Waits to be accepted, which takes a file.
                await waiting.ConnectAsync(new UnixDomainSocketEndPoint(carrier.Path));
                await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            }

            Assert.Equal(CarryProblem.NoDevice, (await TestCarrier.AskAsync(waiting, question))?.Problem);
        }

        Assert.Equal(CarryProblem.NoDevice, (await carrier.AskAsync(question))?.Problem);
    }

    // The lowest number that is free is the next file's.
    private static Restored FewerFiles()
    {
        int next;
        using (var file = File.OpenHandle("/dev/null")) next = (int)file.DangerousGetHandle();
        Assert.Equal(0, ReadLimit(OpenFiles, out var before));
        var less = before with { Soft = (nuint)next };
        Assert.Equal(0, SetLimit(OpenFiles, in less));
        return new Restored(before);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int ReadLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(nuint Soft, nuint Hard);

    private sealed class Restored(Limit limit) : IDisposable
    {
        public void Dispose() => SetLimit(OpenFiles, in limit);
    }
}
