using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Posture;

/// <summary>What the trees of the table are too coarse for.</summary>
public sealed class LinuxReadersTests
{
    private const string Open = """{"chain": {"family": "inet", "table": "filter", "name": "input", "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}}""";
    private const string Closed = """{"chain": {"family": "inet", "table": "filter", "name": "input", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}""";
    private const string ClosedIp = """{"chain": {"family": "ip", "table": "filter", "name": "INPUT", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}""";
    private const string ClosedIp6 = """{"chain": {"family": "ip6", "table": "filter", "name": "INPUT", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}""";
    private const string OpenIp = """{"chain": {"family": "ip", "table": "filter", "name": "INPUT", "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}}""";

    // What is for this machine goes back; by a module of iptables, of which nft tells the name alone.
    private const string NotLocal = """{"rule": {"family": "ip", "table": "filter", "chain": "not-local", "expr": [{"xt": {"type": "match", "name": "addrtype"}}, {"counter": null}, {"return": null}]}}""";
    private const string JumpNotLocal = """{"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"counter": null}, {"jump": {"target": "not-local"}}]}}""";
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(FactState.Fail)]
    [InlineData(FactState.Fail, Open)]
    [InlineData(FactState.Pass, Open, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"counter": {"packets": 1, "bytes": 60}}, {"drop": null}]}}""")]
    [InlineData(FactState.Pass, Open, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"reject": {"type": "icmpx", "expr": "admin-prohibited"}}]}}""")]
    [InlineData(FactState.Fail, Open, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"match": {"op": "==", "left": 1, "right": 2}}, {"drop": null}]}}""")]
    [InlineData(FactState.Fail, Open, """{"rule": {"family": "inet", "table": "other", "chain": "input", "expr": [{"drop": null}]}}""")]
    [InlineData(FactState.Fail, Open, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"counter": null}]}}""")]
    [InlineData(FactState.Fail, ClosedIp, ClosedIp6, """{"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"counter": null}, {"accept": null}]}}""")]
    [InlineData(FactState.Pass, ClosedIp, ClosedIp6, """{"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"match": {"op": "=="}}, {"accept": null}]}}""")]
    [InlineData(FactState.Fail, Closed, """{"table": {"family": "inet", "name": "filter", "handle": 1, "flags": ["dormant"]}}""")]
    [InlineData(FactState.Fail, Closed, """{"table": {"family": "inet", "name": "filter", "handle": 1, "flags": "filter"}}""")] // as nft 1.0.6 writes it
    [InlineData(FactState.Pass, Closed, """{"table": {"family": "inet", "name": "filter", "handle": 1, "flags": ["owner", "persist"]}}""")]
    [InlineData(FactState.Pass, Closed, """{"table": {"family": "ip", "name": "filter", "handle": 1, "flags": "dormant"}}""")]
    [InlineData(FactState.Fail, Closed, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"jump": {"target": "all"}}]}}""", """{"rule": {"family": "inet", "table": "filter", "chain": "all", "expr": [{"accept": null}]}}""")]
    [InlineData(FactState.Pass, Closed, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"jump": {"target": "some"}}]}}""", """{"rule": {"family": "inet", "table": "filter", "chain": "some", "expr": [{"match": {"op": "=="}}, {"accept": null}]}}""")]
    [InlineData(FactState.Pass, Open, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"counter": null}, {"goto": {"target": "none"}}]}}""", """{"rule": {"family": "inet", "table": "filter", "chain": "none", "expr": [{"drop": null}]}}""")]
    [InlineData(FactState.Fail, Open, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"goto": {"target": "some"}}]}}""", """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"drop": null}]}}""")]
    [InlineData(FactState.Fail, Open, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"return": null}]}}""", """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"drop": null}]}}""")]
    [InlineData(FactState.Fail, Closed, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"jump": {"target": "input"}}]}}""")] // which no kernel takes
    [InlineData(FactState.Fail, Closed, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"queue": null}]}}""")] // a program decides
    [InlineData(FactState.Fail, Closed, """{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": {"|": ["established", "new"]}}}, {"accept": null}]}}""")] // as older ones write it
    [InlineData(FactState.Pass, OpenIp, ClosedIp6, """{"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"counter": null}, {"xt": {"type": "target", "name": "REJECT"}}]}}""")] // as iptables writes it
    [InlineData(FactState.Fail, OpenIp, ClosedIp6, NotLocal, """{"rule": {"family": "ip", "table": "filter", "chain": "not-local", "expr": [{"counter": null}, {"drop": null}]}}""", JumpNotLocal)]
    [InlineData(FactState.Pass, ClosedIp, ClosedIp6, NotLocal, """{"rule": {"family": "ip", "table": "filter", "chain": "not-local", "expr": [{"counter": null}, {"drop": null}]}}""", JumpNotLocal)]
    [InlineData(FactState.Pass, ClosedIp, ClosedIp6, """{"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"xt": {"type": "match", "name": "conntrack"}}, {"counter": null}, {"accept": null}]}}""")]
    [InlineData(FactState.Fail, ClosedIp, ClosedIp6, """{"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"xt": {"type": "match", "name": "comment"}}, {"counter": null}, {"accept": null}]}}""")]
    [InlineData(FactState.Fail, ClosedIp)]
    [InlineData(FactState.Fail, ClosedIp6)]
    [InlineData(FactState.Pass, ClosedIp, ClosedIp6)]
    public void A_firewall_is_on_when_it_closes_input_for_both_families(FactState state, params string[] objects) =>
        Assert.Equal(state, Firewall($"0\n{{\"nftables\": [{string.Join(",", objects)}]}}", "00000000000000000000000000000001 02 40 20 80 eth0").State);

    [Fact]
    public void A_machine_without_IPv6_needs_no_rules_for_it() =>
        Assert.Equal(FactState.Pass, Firewall($"0\n{{\"nftables\": [{ClosedIp}]}}", "00000000000000000000000000000001 01 80 10 80       lo").State);

    [Theory]
    [InlineData("1\nOperation not permitted (you must be root)")]
    [InlineData("0\n")]
    [InlineData("0\n{\"nftables\": 5}")]
    [InlineData("0\n[]")]
    [InlineData("0\n{\"nftables\": [{\"chain\": [")]
    public void A_firewall_whose_rules_cannot_be_read_is_unknown(string answer) => Assert.Equal(FactState.Unknown, Firewall(answer, "").State);

    [Theory]
    [InlineData(FactState.Pass, "PasswordAuthentication no\nPasswordAuthentication yes")]
    [InlineData(FactState.Fail, "PasswordAuthentication yes\nPasswordAuthentication no")]
    [InlineData(FactState.Fail, "# PasswordAuthentication no")]
    [InlineData(FactState.Fail, "passwordauthentication=YES")]
    [InlineData(FactState.Pass, "\tPasswordAuthentication   \"no\"")]
    [InlineData(FactState.Fail, "PasswordAuthentication no\nPermitEmptyPasswords yes")]
    [InlineData(FactState.Fail, "PasswordAuthentication no\nUsePAM yes")]
    [InlineData(FactState.Pass, "PasswordAuthentication no\nUsePAM yes\nKbdInteractiveAuthentication no")]
    [InlineData(FactState.Pass, "PasswordAuthentication no\nUsePAM yes\nChallengeResponseAuthentication no")]
    [InlineData(FactState.Pass, "PasswordAuthentication no\nMatch User x\nX11Forwarding yes")]
    [InlineData(FactState.Fail, "PasswordAuthentication no\nMatch Address 10.0.0.0/8\nPermitRootLogin yes")]
    public void The_first_value_of_a_setting_counts_as_it_does_for_sshd(FactState state, string settings)
    {
        using var tree = new FixtureTree($"-- etc/ssh/sshd_config --\n{settings}\n", Now);

        Assert.Equal(state, new SshReader("/etc/ssh").Read(On(tree)).State);
    }

    [Theory]
    [InlineData(FactState.Fail, "PasswordAuthentication yes # until Monday")]
    [InlineData(FactState.Pass, "PasswordAuthentication no # since Monday")]
    [InlineData(FactState.Fail, "PasswordAuthentication 'yes'")]
    [InlineData(FactState.Fail, "PasswordAuthentication = yes")]
    [InlineData(FactState.Fail, "Include other.conf open.conf\nPasswordAuthentication no")]
    [InlineData(FactState.Fail, "Include \"/etc/ssh/open.conf\"\nPasswordAuthentication no")]
    [InlineData(FactState.Fail, "Include nested.conf\nPasswordAuthentication no")]
    [InlineData(FactState.Unknown, "Include round.conf\nPasswordAuthentication no")]
    [InlineData(FactState.Unknown, "Include ?pen.conf\nPasswordAuthentication no")]
    [InlineData(FactState.Unknown, "Include */*.conf\nPasswordAuthentication no")]
    [InlineData(FactState.Pass, "Include not-there.conf nobody.d/*.conf\nPasswordAuthentication no")]
    [InlineData(FactState.Fail, "Include match.conf\nPasswordAuthentication no\nUsePAM yes")]
    [InlineData(FactState.Pass, "Include match.conf\nPasswordAuthentication no\nUsePAM yes\nKbdInteractiveAuthentication no")]
    public void What_sshd_takes_in_is_followed_as_sshd_does(FactState state, string settings)
    {
        using var tree = new FixtureTree(
            "-- etc/ssh/open.conf --\nPasswordAuthentication yes\n-- etc/ssh/other.conf --\nX11Forwarding no\n-- etc/ssh/nested.conf --\nInclude open.conf\n-- etc/ssh/round.conf --\nInclude round.conf\n"
            + $"-- etc/ssh/match.conf --\nMatch User git\nAllowTcpForwarding no\n-- etc/ssh/sshd_config --\n{settings}\n", Now);

        Assert.Equal(state, new SshReader("/etc/ssh").Read(On(tree)).State);
    }

    [Theory]
    [InlineData(FactState.Pass, "%sudo ALL=(ALL) ALL")]
    [InlineData(FactState.Pass, "# %sudo ALL=(ALL) NOPASSWD: ALL")]
    [InlineData(FactState.Fail, "%sudo ALL=(ALL) NOPASSWD: ALL")]
    [InlineData(FactState.Fail, "%sudo ALL=(ALL) NOPASSWD : ALL")]
    [InlineData(FactState.Fail, "%sudo ALL=(ALL) \\\nNOPASSWD: ALL")]
    [InlineData(FactState.Fail, "#1000 ALL=(ALL) NOPASSWD: ALL")]
    [InlineData(FactState.Fail, "Defaults:alice \\\n !authenticate")]
    [InlineData(FactState.Fail, "@include /etc/sudoers.local")]
    [InlineData(FactState.Fail, "#include sudoers.local")]
    [InlineData(FactState.Fail, "@includedir /etc/more")]
    [InlineData(FactState.Pass, "@include /etc/sudoers")]
    [InlineData(FactState.Pass, "@include /etc/not-there")]
    [InlineData(FactState.Unknown, "@include /etc/sudoers.%h")]
    public void What_sudo_takes_in_is_followed_as_sudo_does(FactState state, string rules)
    {
        using var tree = new FixtureTree(
            $"-- etc/sudoers --\nroot ALL=(ALL:ALL) ALL\n{rules}\n-- etc/sudoers.local --\nbob ALL=(ALL) NOPASSWD: ALL\n-- etc/more/bob --\nbob ALL=(ALL) NOPASSWD: ALL\n-- etc/sudoers.d/alice.old --\nalice ALL=(ALL) NOPASSWD: ALL\n", Now);

        Assert.Equal(state, new SudoReader().Read(On(tree)).State);
    }

    [Theory]
    [InlineData(FactState.Pass, "sources.list", "deb [arch=amd64 trusted=no] http://127.0.0.1/x stable main")]
    [InlineData(FactState.Fail, "sources.list", "deb [arch=amd64 trusted=true] http://127.0.0.1/x stable main")]
    [InlineData(FactState.Fail, "sources.list", "deb [ trusted=1 ] http://127.0.0.1/x stable main")]
    [InlineData(FactState.Fail, "sources.list.d/x.sources", "Types: deb\nTrusted: on")]
    [InlineData(FactState.Pass, "apt.conf", "APT::Get::AllowUnauthenticated \"false\";")]
    [InlineData(FactState.Fail, "apt.conf", "APT::Get::AllowUnauthenticated \"true\";")]
    [InlineData(FactState.Fail, "apt.conf.d/90loose", "Acquire::AllowInsecureRepositories yes;")]
    public void Sources_are_unsigned_by_whatever_is_yes_to_apt(FactState state, string file, string text)
    {
        using var tree = new FixtureTree($"-- etc/apt/sources.list.d/debian.sources --\nTypes: deb\n-- etc/apt/{file} --\n{text}\n", Now);

        Assert.Equal(state, new PackageSourcesReader().Read(On(tree)).State);
    }

    [Theory]
    [InlineData(FactState.Pass, "[main]\ngpgcheck=1", "[base]\nbaseurl=https://a.example/")]
    [InlineData(FactState.Pass, "", "[base]\ngpgcheck = True\n[more]\ngpgcheck=1")]
    [InlineData(FactState.Fail, "", "[base]\nbaseurl=https://a.example/")]
    [InlineData(FactState.Fail, "", "[base]\ngpgcheck=1\n[more]\nbaseurl=https://a.example/")]
    [InlineData(FactState.Fail, "[main]\ngpgcheck=1", "[base]\ngpgcheck=off")]
    [InlineData(FactState.Fail, "[main]\ngpgcheck=0", "[base]\ngpgcheck=1")]
    public void Packages_of_dnf_are_checked_where_it_is_told_to(FactState state, string general, string repositories)
    {
        using var tree = new FixtureTree($"-- etc/dnf/dnf.conf --\n{general}\n-- etc/yum.repos.d/a.repo --\n{repositories}\n", Now);

        Assert.Equal(state, new PackageSourcesReader().Read(On(tree)).State);
    }

    [Theory]
    [InlineData(FactState.Pass, "APT::Periodic::Unattended-Upgrade \"1\";", "")]
    [InlineData(FactState.Fail, "APT::Periodic::Unattended-Upgrade \"1\";\nAPT::Periodic::Enable \"0\";", "")]
    [InlineData(FactState.Fail, "APT::Periodic::Unattended-Upgrade \"1\";", "APT::Periodic::Unattended-Upgrade \"0\";")]
    public void Updates_install_themselves_unless_a_later_word_forbids_it(FactState state, string piece, string last)
    {
        using var tree = new FixtureTree($"-- usr/bin/unattended-upgrade --\n-- etc/apt/apt.conf.d/20auto --\n{piece}\n-- etc/apt/apt.conf --\n{last}\n", Now);

        Assert.Equal(state, new AutomaticUpdatesReader().Read(On(tree)).State);
    }

    [Theory]
    [InlineData(FactState.Pass, "alice:x:1000:1000::/home/alice:/bin/bash", "alice:*:20000:0:99999:7:::")]
    [InlineData(FactState.Fail, "alice:x:1000:1000::/home/alice:/bin/bash", "alice::20000:0:99999:7:::")]
    [InlineData(FactState.Fail, "alice::1000:1000::/home/alice:/bin/bash", "alice:*:20000:0:99999:7:::")]
    public void A_password_is_empty_in_either_file(FactState state, string account, string secret)
    {
        using var tree = new FixtureTree($"-- etc/passwd --\n{account}\n-- etc/shadow --\n{secret}\n", Now);

        Assert.Equal(state, new PasswordsSetReader().Read(On(tree)).State);
    }

    [Theory]
    [InlineData(FactState.Pass, "lightdm/lightdm.conf.d/50-theme.conf", "[Seat:*]\nuser-session=x")]
    [InlineData(FactState.Fail, "lightdm/lightdm.conf.d/50-login.conf", "[Seat:*]\nautologin-user=bob")]
    [InlineData(FactState.Fail, "sddm.conf.d/kde_settings.conf", "[Autologin]\nUser=bob")]
    [InlineData(FactState.Fail, "systemd/system/getty@tty1.service.d/o.conf", "[Service]\nExecStart=-/sbin/agetty -o '-p -- \\\\u' --autologin bob %I")]
    [InlineData(FactState.Fail, "systemd/system/getty@tty1.service.d/o.conf", "[Service]\nExecStart=-/sbin/agetty -a bob %I")]
    public void Display_managers_log_in_by_pieces_of_their_settings_too(FactState state, string file, string text)
    {
        using var tree = new FixtureTree($"-- etc/lightdm/lightdm.conf --\n[Seat:*]\n-- etc/{file} --\n{text}\n", Now);

        Assert.Equal(state, new AutomaticLoginReader().Read(On(tree)).State);
    }

    [Fact]
    public void An_array_with_one_plain_disk_is_not_encrypted()
    {
        const string mounts = "-- proc/self/mountinfo --\n25 1 9:0 / / rw - ext4 /dev/md0 rw\n";
        const string array = "-- sys/dev/block/9:0/slaves/dm-0/x --\n-- sys/dev/block/9:0/slaves/dm-1/x --\n-- sys/class/block/dm-0/dm/uuid --\nCRYPT-LUKS2-a\n";

        Assert.Equal(FactState.Fail, Disk(mounts + array + "-- sys/class/block/dm-1/size --\n1\n").State);
        Assert.Equal(FactState.Pass, Disk(mounts + array + "-- sys/class/block/dm-1/dm/uuid --\nCRYPT-LUKS2-b\n").State);
        Assert.Equal(FactState.Unknown, Disk(mounts + array).State);
    }

    [Theory]
    [InlineData("25 1 0:40 / / rw - overlay overlay rw", FactState.Unknown)]
    [InlineData("25 1 0:41 / / rw - zfs rpool/ROOT rw", FactState.Unknown)]
    [InlineData("25 1 0:42 /@ / rw - btrfs /dev/mapper/luks-root rw", FactState.Pass)]
    [InlineData("25 1 253:7 / / rw - ext4 /dev/vda1 rw", FactState.Unknown)]
    [InlineData("25 1", FactState.Unknown)]
    [InlineData("25 1 8:1 / /", FactState.Unknown)]
    public void The_root_file_system_is_found_by_number_or_by_name(string mount, FactState state) =>
        Assert.Equal(state, Disk($"-- proc/self/mountinfo --\n{mount}\n-- sys/class/block/dm-3/dm/name --\nluks-root\n-- sys/class/block/dm-3/dm/uuid --\nCRYPT-LUKS2-c\n").State);

    [Theory]
    [InlineData("/swapfile file", FactState.Pass)]
    [InlineData("/plain/swapfile file", FactState.Fail)]
    [InlineData("/plainly/swapfile file", FactState.Pass)]
    [InlineData("/dev/sdz1 partition", FactState.Unknown)]
    [InlineData("/dev/zram0 partition", FactState.Pass)]
    [InlineData("/dev/dm-3 partition", FactState.Pass)]
    public void Swap_is_as_encrypted_as_what_it_lies_on(string swap, FactState state)
    {
        using var tree = new FixtureTree(
            "-- proc/self/mountinfo --\n25 1 0:42 /@ / rw - btrfs /dev/mapper/luks-root rw\n26 25 8:1 / /plain rw - ext4 /dev/sda1 rw\n-- sys/class/block/dm-3/dm/name --\nluks-root\n"
            + $"-- sys/class/block/dm-3/dm/uuid --\nCRYPT-LUKS2-c\n-- sys/dev/block/8:1/size --\n1\n-- proc/swaps --\nFilename Type Size\n{swap} 1\n", Now);

        Assert.Equal(state, new SwapEncryptionReader().Read(On(tree)).State);
    }

    [Fact]
    public void Devices_that_stand_on_each_other_in_a_circle_are_not_known_to_be_encrypted() =>
        Assert.Equal(FactState.Unknown, Disk(
            "-- proc/self/mountinfo --\n25 1 253:0 / / rw - ext4 /dev/dm-0 rw\n-- sys/dev/block/253:0/slaves/dm-1/x --\n-- sys/class/block/dm-1/slaves/dm-2/x --\n-- sys/class/block/dm-2/slaves/dm-1/x --\n").State);

    [Fact]
    public void A_process_of_the_right_name_outside_of_its_unit_does_not_pass()
    {
        const string unit = "-- etc/systemd/system/falcon-sensor.service --\n-- proc/812/comm --\nfalcon-sensor\n";
        const string group = "-- sys/fs/cgroup/system.slice/falcon-sensor.service/cgroup.procs --\n";

        Assert.Equal(FactState.Fail, Sensor(unit).State);
        Assert.Equal(FactState.Fail, Sensor(unit + group + "813\n").State);
        Assert.Equal(FactState.Pass, Sensor(unit + group + "812\n").State);
    }

    [Fact]
    public void Secure_boot_in_setup_mode_is_off()
    {
        const string variables = "-- sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c (hex) --\n06 00 00 00 01\n-- sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c (hex) --\n";
        using var setup = new FixtureTree(variables + "06 00 00 00 01\n", Now);
        using var user = new FixtureTree(variables + "06 00 00 00 00\n", Now);

        Assert.Equal(FactState.Fail, new SecureBootReader().Read(On(setup)).State);
        Assert.Equal(FactState.Pass, new SecureBootReader().Read(On(user)).State);
    }

    [Theory]
    [InlineData("ID=debian\nVERSION_ID=\"12\"", FactState.Pass)] // ended, and in long-term support for everybody
    [InlineData("ID=ubuntu\nVERSION_ID=\"20.04\"", FactState.Fail)] // ended, and supported for customers
    [InlineData("ID=rocky\nVERSION_ID=\"9.4\"", FactState.Pass)]
    [InlineData("ID=alpine\nVERSION_ID=3.23.2", FactState.Pass)]
    [InlineData("ID=alpine\nVERSION_ID=3.17.2", FactState.Fail)]
    [InlineData("ID=debian", FactState.Unknown)]
    [InlineData("ID=ownmade\nVERSION_ID=1", FactState.Unknown)]
    public void A_release_is_supported_until_its_end(string release, FactState state)
    {
        using var tree = new FixtureTree($"-- etc/os-release --\n{release}\n", Now);

        Assert.Equal(state, new OsSupportedReader().Read(On(tree)).State);
    }

    private static FactReading Firewall(string answer, string addresses)
    {
        using var tree = new FixtureTree($"-- answers/nft -j list ruleset --\n{answer}\n-- proc/net/if_inet6 --\n{addresses}\n", Now);
        return new FirewallReader().Read(On(tree));
    }

    private static FactReading Disk(string text)
    {
        using var tree = new FixtureTree(text, Now);
        return new DiskEncryptionReader().Read(On(tree));
    }

    private static FactReading Sensor(string text)
    {
        using var tree = new FixtureTree(text, Now);
        return new ProtectionReader(ProtectionProducts.EndpointDetection).Read(On(tree));
    }

    private static Machine On(FixtureTree tree) => Machine.Recorded(PlatformKind.Linux, tree.Path, new FakeTimeProvider(Now));
}
