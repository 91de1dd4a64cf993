using System.Collections.Immutable;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;

namespace Doorward.Core.Applications;

/// <summary>What must hold of an application that a connector serves, and of one that is reached by tunnels.</summary>
internal static class TunnelRules
{
    public const int MostTargets = 64;
    private const int MostPrincipals = 32;
    private const int LongestPrincipal = 64;
    private const string OwnName = "{user}";
    private static readonly TimeSpan LongestTunnel = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestCertificate = TimeSpan.FromMinutes(10);
    private static readonly ApplicationDefinition Defaults = new() { Name = "" };

    public static void Check(ApplicationDefinition application, string domain, IReadOnlySet<int> ownPorts, List<RuleViolation> violations)
    {
        if (application.Connector is { } connector && !SpiffeId.IsName(connector))
            violations.Add(new("connector", $"'{Shown.Text(connector)}' is no name of a connector", "use 1 to 63 of a-z, 0-9 and hyphens inside"));
        if (application.Tcp.IsEmpty)
        {
            foreach (var field in OnlyForTunnels(application))
                violations.Add(new(field, "it is for applications that are reached by tunnels", "remove it, or write tcp: host:port in place of hosts and upstream"));
            return;
        }

        if (application.Connector is null) violations.Add(new("connector", "nothing says from where the targets are reached", "add connector: and the name of a Connector"));
        foreach (var field in NotForTunnels(application))
            violations.Add(new(field, "it is for applications of HTTP, and this one is reached by tunnels", "remove it, or write an application of its own"));
        CheckTargets(application, domain, ownPorts, violations);
        CheckLimits(application.Tunnels, violations);
        if (application.Ssh is { } ssh) CheckSsh(ssh, violations);
    }

    /// <summary>From a connector, loopback is its own machine: special, where the gateway's own is not.</summary>
    public static void CheckLoopback(string host, string field, bool allowSpecial, List<RuleViolation> violations)
    {
        if (!allowSpecial && UpstreamRules.IsThisMachine(host))
            violations.Add(new(field, $"{host} is the connector's own machine", "choose the application's own address, or set allowSpecialAddresses: true if it really lives there"));
    }

    private static IEnumerable<string> OnlyForTunnels(ApplicationDefinition application)
    {
        if (application.Tunnels is not null) yield return "tunnels";
        if (application.ProxyProtocol) yield return "proxyProtocol";
        if (application.Ssh is not null) yield return "ssh";
    }

    private static IEnumerable<string> NotForTunnels(ApplicationDefinition application)
    {
        if (!application.Hosts.IsEmpty) yield return "hosts";
        if (application.Upstreams.Length > 0) yield return application.Upstreams.Length == 1 ? "upstream" : "upstreams";
        if (application.Paths != Defaults.Paths) yield return "paths";
        if (!application.Origins.IsEmpty) yield return "origins";
        if (application.Cors is not null) yield return "cors";
        if (application.Tls is not null) yield return "tls";
        if (application.Protocol != Defaults.Protocol) yield return "protocol";
        if (application.PreserveHost != Defaults.PreserveHost) yield return "preserveHost";
        if (!application.Upgrades.IsEmpty) yield return "upgrades";
        if (application.HealthCheck is not null) yield return "healthCheck";
        if (application.ActivityTimeout != Defaults.ActivityTimeout) yield return "activityTimeout";
    }

    private static void CheckTargets(ApplicationDefinition application, string domain, IReadOnlySet<int> ownPorts, List<RuleViolation> violations)
    {
        if (application.Tcp.Length > MostTargets) violations.Add(new("tcp", $"there are more than {MostTargets} targets", "write several applications"));
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < application.Tcp.Length; i++)
        {
            var (target, field) = (application.Tcp[i], $"tcp[{i}]");
            if (!hosts.Add(target.Host)) violations.Add(new(field, $"{Shown.Text(target.Host)} stands twice", "write all its ports behind one: host:80,443"));
            CheckLoopback(target.Host, field, application.AllowSpecialAddresses, violations);
            if (!application.AllowSpecialAddresses && ApplicationRules.IsReserved(target.Host, domain))
                violations.Add(new(field, $"{target.Host} is a host of Doorward itself", "choose the application's own host, or set allowSpecialAddresses: true if a tunnel is to lead there"));
            if (!application.AllowSpecialAddresses && UpstreamRules.IsSpecial(target.Host))
            {
                violations.Add(new(field, $"{target.Host} is a link-local, metadata or unspecified address",
                    "choose the application's own address, or set allowSpecialAddresses: true if it really lives there"));
            }

            if (UpstreamRules.IsThisMachine(target.Host) && ownPorts.Any(port => target.Holds(target.Host, port)))
                violations.Add(new(field, $"{TunnelTargetText.Format(target)} holds the control plane's own port", "choose the application's own ports"));
        }
    }

    private static void CheckLimits(TunnelLimits? limits, List<RuleViolation> violations)
    {
        Bound(limits?.Idle, "tunnels.idle", TimeSpan.FromSeconds(1), LongestTunnel, violations);
        Bound(limits?.Longest, "tunnels.longest", TimeSpan.FromSeconds(1), LongestTunnel, violations);
    }

    private static void CheckSsh(SshDefinition ssh, List<RuleViolation> violations)
    {
        Bound(ssh.Lifetime, "ssh.lifetime", TimeSpan.FromSeconds(30), LongestCertificate, violations);
        if (ssh.Principals.Length is 0 or > MostPrincipals)
            violations.Add(new("ssh.principals", $"there are none, or more than {MostPrincipals}", $"name the logins that certificates may carry, as [\"{OwnName}\"]"));
        for (var i = 0; i < ssh.Principals.Length; i++)
        {
            var name = ssh.Principals[i];
            if (name != OwnName && !IsLogin(name))
                violations.Add(new($"ssh.principals[{i}]", $"'{Shown.Text(name)}' is no login name", $"use letters, digits, '_', '-' and '.', or {OwnName} for the person's own name"));
            else if (ssh.Principals.IndexOf(name) < i)
                violations.Add(new($"ssh.principals[{i}]", $"{name} stands twice", "remove one of the two"));
        }
    }

    private static bool IsLogin(string name) => name.Length is > 0 and <= LongestPrincipal
        && (char.IsAsciiLetterOrDigit(name[0]) || name[0] == '_') && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static void Bound(TimeSpan? value, string field, TimeSpan least, TimeSpan most, List<RuleViolation> violations)
    {
        if (value < least || value > most)
            violations.Add(new(field, $"the time is shorter than {least.TotalSeconds:0}s or too long", $"choose between {least.TotalSeconds:0}s and {most.TotalSeconds:0}s"));
    }
}
