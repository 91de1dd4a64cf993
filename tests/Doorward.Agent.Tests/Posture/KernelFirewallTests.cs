using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;
using Doorward.Testing.Product;
using Microsoft.Extensions.Time.Testing;

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

    [Theory]
    [InlineData("fail", "drop", "meta l4proto tcp accept")]
    [InlineData("fail", "drop", "meta l4proto { tcp, udp } accept")]
    [InlineData("fail", "drop", "meta l4proto @some accept")]
    [InlineData("fail", "drop", "meta l4proto != icmp accept")]
    [InlineData("pass", "drop", "meta l4proto icmp accept")]
    [InlineData("fail", "drop", "ip protocol udp accept")]
    [InlineData("fail", "drop", "ct state new accept")]
    [InlineData("fail", "drop", "ct state established,new accept")]
    [InlineData("fail", "drop", "ct state { established, new } accept")]
    [InlineData("fail", "drop", "ct state != invalid accept")]
    [InlineData("pass", "drop", "ct state established,related accept; ct state invalid drop")]
    [InlineData("fail", "drop", "ct state vmap { established : accept, new : accept }")]
    [InlineData("pass", "drop", "ct state vmap { established : accept, related : accept, invalid : drop }")]
    [InlineData("fail", "drop", "meta l4proto vmap { icmp : drop, udp : jump everybody }")]
    [InlineData("pass", "drop", "iifname vmap { \"lo\" : accept, \"eth7\" : jump everybody }")]
    [InlineData("fail", "drop", "tcp dport 1-65535 accept")]
    [InlineData("fail", "drop", "tcp dport { 1-1000, 1001-65535 } accept")]
    [InlineData("fail", "drop", "udp sport 0-65535 accept")]
    [InlineData("fail", "drop", "tcp dport != 22 accept")]
    [InlineData("pass", "drop", "tcp dport { 22, 80-443 } accept; udp dport 5353 accept")]
    [InlineData("fail", "drop", "th dport 1-65535 accept")]
    [InlineData("fail", "drop", "ip saddr 0.0.0.0/0 accept")]
    [InlineData("fail", "drop", "ip6 saddr ::/0 accept")]
    [InlineData("fail", "drop", "ip saddr != 10.0.0.1 accept")]
    [InlineData("pass", "drop", "ip saddr 10.0.0.0/8 accept")]
    [InlineData("pass", "drop", "iifname \"lo\" accept; iif lo accept")]
    [InlineData("fail", "drop", "iifname != \"lo\" accept")]
    [InlineData("fail", "drop", "iifname != \"eth7\" accept")]
    [InlineData("fail", "drop", "meta nfproto ipv4 accept")]
    [InlineData("fail", "drop", "fib daddr type local accept")]
    [InlineData("pass", "drop", "fib daddr type multicast accept")]
    [InlineData("fail", "drop", "tcp flags syn accept")]
    [InlineData("fail", "drop", "tcp flags & (fin|syn|rst|ack) == syn accept")]
    [InlineData("pass", "drop", "tcp flags & (fin|syn|rst|ack) != syn accept")]
    [InlineData("fail", "drop", "limit rate 10/second accept")]
    [InlineData("fail", "drop", "ct state new limit rate 10/second accept")]
    [InlineData("pass", "drop", "limit rate over 10/second log")]
    [InlineData("fail", "drop", "meta mark set 1 counter accept")]
    [InlineData("fail", "drop", "ct state new jump everybody")]
    [InlineData("fail", "drop", "ip saddr != 10.0.0.1 jump everybody")]
    [InlineData("pass", "drop", "ip saddr 10.0.0.1 jump everybody")]
    [InlineData("fail", "drop", "iifname \"eth0\" accept")]
    [InlineData("fail", "drop", "iifname \"eth*\" accept")]
    [InlineData("pass", "drop", "iifname { \"docker0\", \"virbr0\" } accept; iifname != \"eth0\" accept")]
    [InlineData("fail", "drop", "iifname vmap { \"lo\" : accept, \"eth0\" : jump everybody }")]
    [InlineData("fail", "drop", "tcp flags & (fin|syn) == (fin|syn) drop; meta l4proto tcp accept")]
    [InlineData("pass", "drop", "tcp flags & (fin|syn) == (fin|syn) accept")]
    [InlineData("fail", "drop", "tcp flags & (fin|syn) != (fin|syn) accept")]
    [InlineData("fail", "drop", "tcp flags & (fin|rst) == 0 accept")]
    [InlineData("fail", "accept", "tcp flags & (fin|syn) == (fin|syn) drop; meta l4proto udp drop")]
    [InlineData("fail", "drop", "ip daddr 0.0.0.0/0 accept")]
    [InlineData("fail", "drop", "ip daddr != 10.9.9.9 accept")]
    [InlineData("fail", "drop", "ip saddr 0.0.0.0-255.255.255.255 accept")]
    [InlineData("fail", "drop", "tcp dport > 0 accept")]
    [InlineData("fail", "drop", "tcp dport >= 1024 accept")]
    [InlineData("pass", "drop", "tcp dport < 1024 accept")]
    [InlineData("fail", "drop", "tcp dport 1025-65535 accept")]
    [InlineData("fail", "drop", "tcp dport { 1-21, 23-65535 } accept")]
    [InlineData("fail", "drop", "tcp dport vmap { 22 : accept, 1024-65535 : accept }")]
    [InlineData("pass", "drop", "tcp dport vmap { 22 : accept, 443 : accept }")]
    [InlineData("fail", "drop", "meta l4proto vmap { icmp : drop, * : accept }")]
    [InlineData("pass", "drop", "meta l4proto vmap { icmp : accept, * : drop }; accept")]
    [InlineData("fail", "accept", "tcp dport vmap { 22 : accept, * : drop }")]
    [InlineData("pass", "accept", "tcp dport vmap { 22 : accept, * : drop }; meta l4proto udp drop")]
    [InlineData("pass", "accept", "tcp dport != 22 drop; meta l4proto udp drop")]
    [InlineData("fail", "drop", "meta mark 0 accept")]
    [InlineData("fail", "drop", "meta mark & 0xff == 0 accept")]
    [InlineData("pass", "drop", "meta mark 1 accept; ct mark 7 accept")]
    [InlineData("fail", "drop", "ct mark != 1 accept")]
    [InlineData("fail", "drop", "limit rate over 10/second accept")]
    [InlineData("pass", "accept", "ct state new drop")]
    [InlineData("fail", "accept", "ct state new meta l4proto tcp drop")]
    [InlineData("pass", "accept", "meta l4proto { tcp, udp } ct state new reject")]
    [InlineData("pass", "accept", "iifname != \"lo\" drop")]
    [InlineData("fail", "accept", "iifname != \"eth7\" drop")]
    [InlineData("fail", "accept", "ip saddr != 10.0.0.0/8 drop")]
    [InlineData("fail", "accept", "limit rate 10/second drop")]
    [InlineData("fail", "accept", "limit rate over 10/second drop")]
    [InlineData("fail", "accept", "ip saddr != 10.0.0.1 return; drop")]
    [InlineData("pass", "accept", "ip saddr 10.0.0.1 return; drop")]
    [InlineData("fail", "accept", "meta nfproto ipv4 drop")]
    [InlineData("pass", "accept", "meta nfproto ipv4 drop; meta nfproto ipv6 drop")]
    public async Task What_rules_do_with_a_packet_that_nobody_asked_for_counts(string state, string policy, string rules) =>
        Assert.Equal(state, await JudgedAsync($$"""
            table inet f {
              set some { type inet_proto; elements = { icmp, udp }; }
              chain everybody {
                accept
              }
              chain input {
                type filter hook input priority 0; policy {{policy}};
                {{rules}}
              }
            }

            """));

    // In the shape of what firewalld and ufw make of a machine that lets SSH in.
    [Theory]
    [InlineData("""
        table inet zones {
          chain input {
            type filter hook input priority 10; policy accept;
            ct state { established, related } accept
            ct status dnat accept
            iifname "lo" accept
            jump zones
            reject with icmpx admin-prohibited
          }
          chain zones {
            iifname "eth7" goto home
            goto home
          }
          chain home {
            jump home_deny
            jump home_allow
            meta l4proto { icmp, ipv6-icmp } accept
            reject with icmpx admin-prohibited
          }
          chain home_deny {
          }
          chain home_allow {
            tcp dport 22 accept
            ip6 daddr fe80::/64 udp dport 546 accept
          }
        }

        """)]
    [InlineData("""
        table inet filter {
          chain input {
            type filter hook input priority 0; policy drop;
            counter jump before
            counter jump user
          }
          chain before {
            iifname "lo" counter accept
            ct state related,established counter accept
            ct state invalid counter drop
            ip protocol icmp icmp type echo-request counter accept
            udp sport 67 udp dport 68 counter accept
            counter jump not_local
            ip daddr 224.0.0.251 udp dport 5353 counter accept
          }
          chain not_local {
            fib daddr type local counter return
            fib daddr type multicast counter return
            limit rate 3/minute burst 10 packets counter log
            counter drop
          }
          chain user {
            tcp dport 22 counter accept
          }
        }

        """)]
    public async Task What_is_usual_counts_as_closed(string rules) => Assert.Equal("pass", await JudgedAsync(rules));

    private static async Task<string> JudgedAsync(string rules)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/nft"), "needs root and nft (nftables)");
        await using var trial = ChildProcess.Start("unshare", "-n", "true");
        Assert.SkipUnless(await trial.ExitAsync() == 0, "may not make a network of its own");
        await using var shell = ChildProcess.Start("unshare", "-n", "sh", "-c", "printf '%s' \"$0\" | nft -f - && nft -j list ruleset", rules);
        Assert.True(await shell.ExitAsync() == 0, shell.Output);
        using var tree = new FixtureTree($"-- answers/nft -j list ruleset --\n0\n{shell.Output}\n-- proc/net/if_inet6 --\n00000000000000000000000000000001 02 40 20 80 eth0\n-- proc/net/route --\neth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n", DateTimeOffset.UnixEpoch);
        return new FirewallReader().Read(Machine.Recorded(PlatformKind.Linux, tree.Path, new FakeTimeProvider(DateTimeOffset.UnixEpoch))).State.Name();
    }
}
