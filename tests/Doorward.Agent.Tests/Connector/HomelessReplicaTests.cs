using Doorward.Core.Tunnels;
using Doorward.Testing.Product;

namespace Doorward.Agent.Tests.Connector;

/// <summary>The connector as its unit runs it: as a user whom no list of users knows, and who has no home.</summary>
public sealed class HomelessReplicaTests
{
    private const string User = "61999";
    private static readonly string[] s_as = ["--reuid", User, "--regid", User, "--clear-groups", "env", "-u", "HOME", Executable.Agent];

    private static bool CanBeOthers => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv");

    [Fact]
    public async Task It_connects()
    {
        Assert.SkipUnless(CanBeOthers, "only root starts processes of other users");
        await using var gateway = new TestGateway { Targets = new ConnectorTargets("hq", 1, []) };
        await gateway.StartAsync();
        await using (var owner = ChildProcess.Start("chown", "-R", $"{User}:{User}", gateway.Folder)) Assert.Equal(0, await owner.ExitAsync());
        await using (var reach = ChildProcess.Start("setpriv", [.. s_as, "--help"])) Assert.SkipUnless(await reach.ExitAsync() == 0, "what was built here is not for others to run");
        await using var replica = ChildProcess.Start("setpriv", [.. s_as, "connector", "run", "--state", gateway.Folder]);
        await replica.SaysAsync(": connected");
    }
}
