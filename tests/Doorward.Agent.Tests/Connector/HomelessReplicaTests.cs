using Doorward.Core.Tunnels;
using Doorward.Testing.Product;

namespace Doorward.Agent.Tests.Connector;

/// <summary>The connector as its unit runs it: as a user whom no list of users knows, and who has no home.</summary>
public sealed class HomelessReplicaTests
{
    private const string Nobody = "61999";

    public static bool CannotBeOthers => !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/setpriv");

    [Fact(Skip = "only root starts processes of other users", SkipWhen = nameof(CannotBeOthers))]
    public async Task It_connects()
    {
        await using var gateway = new TestGateway { Targets = new ConnectorTargets("hq", 1, []) };
        await gateway.StartAsync();
        await using (var owner = ChildProcess.Start("chown", "-R", $"{Nobody}:{Nobody}", gateway.Folder)) Assert.Equal(0, await owner.ExitAsync());
        await using var replica = ChildProcess.Start(
            "setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "env", "-u", "HOME", Executable.Agent, "connector", "run", "--state", gateway.Folder);
        await replica.SaysAsync(": connected");
    }
}
