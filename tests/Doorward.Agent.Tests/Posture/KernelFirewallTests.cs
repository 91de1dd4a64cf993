using Doorward.Testing.Product;

namespace Doorward.Agent.Tests.Posture;

/// <summary>The agent in a network of its own, whose firewall is a real one.</summary>
public sealed class KernelFirewallTests
{
    [Fact]
    public async Task The_firewall_is_what_the_kernel_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/nft"), "needs root and nft (nftables)");
        await using var trial = ChildProcess.Start("unshare", "-n", "true");
        Assert.SkipUnless(await trial.ExitAsync() == 0, "may not make a network of its own");
        const string script = """
            agent() { "$0" posture | grep ' firewall '; }
            agent
            nft add table inet f
            nft add chain inet f input '{ type filter hook input priority 0; policy accept; }'
            nft add rule inet f input ct state established accept
            agent
            nft add rule inet f input counter reject
            agent
            nft flush chain inet f input
            nft add chain inet f input '{ policy drop; }'
            agent
            nft add table inet f '{ flags dormant; }'
            agent
            nft add table inet f
            nft add chain inet f everybody
            nft add rule inet f everybody accept
            nft add rule inet f input jump everybody
            agent
            nft flush chain inet f input
            agent
            nft insert rule inet f input accept
            agent
            """;
        await using var shell = ChildProcess.Start("unshare", "-n", "sh", "-c", script, Executable.Agent);
        Assert.Equal(0, await shell.ExitAsync());

        var states = shell.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0]);
        Assert.Equal(["fail", "fail", "pass", "pass", "fail", "fail", "pass", "fail"], states);
    }
}
