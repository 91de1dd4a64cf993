using System.Collections.Immutable;

namespace Doorward.Core.Applications;

/// <summary>What must hold for one application before it is published.</summary>
public static class ApplicationRules
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(24);

    /// <param name="application">Hosts already in their stored form (<see cref="HostNames"/>).</param>
    /// <param name="domain">The installation's domain; its own hosts are never an application's.</param>
    /// <param name="ownPorts">Loopback ports of the control plane.</param>
    public static ImmutableArray<RuleViolation> Check(ApplicationDefinition application, string domain, IReadOnlySet<int> ownPorts)
    {
        var violations = new List<RuleViolation>();
        CheckHosts(application, domain, violations);
        CheckReach(application, ownPorts, violations);
        CheckOrigins(application.Origins, "origins", violations);
        if (application.Cors is { } cors) CheckCors(cors, violations);
        CheckUpgrades(application, violations);
        CheckTimes(application, violations);
        CheckTls(application, violations);
        TunnelRules.Check(application, domain, ownPorts, violations);
        return [.. violations];
    }

    private static void CheckHosts(ApplicationDefinition application, string domain, List<RuleViolation> violations)
    {
        if (application.Hosts.IsEmpty && application.Tcp.IsEmpty)
            violations.Add(new("hosts", "an application needs at least one host", $"add hosts: [{application.Name}.{domain}]"));
        for (var i = 0; i < application.Hosts.Length; i++)
        {
            var host = application.Hosts[i];
            if (application.Hosts.IndexOf(host) < i)
                violations.Add(new($"hosts[{i}]", $"{host} stands twice", "remove one of the two"));
            if (IsReserved(host, domain))
                violations.Add(new($"hosts[{i}]", $"{host} is a host of Doorward itself", "choose another name; auth, agent and console are taken"));
        }
    }

    // Case and A-labels are settled by HostNames; the wildcard below a reserved host would catch its neighbours' cookies.
    internal static bool IsReserved(string host, string domain)
    {
        var name = HostNames.IsWildcard(host) ? host[2..] : host;
        return Reserved(SystemApplications.AuthLabel) || Reserved(SystemApplications.AgentLabel) || Reserved(SystemApplications.ConsoleLabel);

        bool Reserved(string label) =>
            name == $"{label}.{domain}" || name.EndsWith($".{label}.{domain}", StringComparison.Ordinal);
    }

    private static void CheckReach(ApplicationDefinition application, IReadOnlySet<int> ownPorts, List<RuleViolation> violations)
    {
        if (application.Upstreams.IsEmpty && application.Tcp.IsEmpty)
            violations.Add(new("upstream", "nothing says where the application is", application.Connector is null
                ? "add upstream: http://host:port" : "add upstream: http://host:port, or tcp: host:port, as the connector reaches it"));
        for (var i = 0; i < application.Upstreams.Length; i++)
        {
            var field = application.Upstreams.Length == 1 ? "upstream" : $"upstreams[{i}]";
            UpstreamRules.CheckTarget(application.Upstreams[i].Address, field, application.AllowSpecialAddresses, ownPorts, violations);
            if (application.Connector is not null) TunnelRules.CheckLoopback(application.Upstreams[i].Address.IdnHost.Trim('[', ']'), field, application.AllowSpecialAddresses, violations);
        }
    }

    private static void CheckOrigins(ImmutableArray<string> origins, string field, List<RuleViolation> violations)
    {
        for (var i = 0; i < origins.Length; i++)
        {
            if (!Uri.TryCreate(origins[i], UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
                || uri.GetLeftPart(UriPartial.Authority) != origins[i])
            {
                violations.Add(new($"{field}[{i}]", $"'{Shown.Text(origins[i])}' is not an origin", "write it as https://host or https://host:port, lower-case"));
            }
        }
    }

    private static void CheckCors(CorsDefinition cors, List<RuleViolation> violations)
    {
        CheckOrigins(cors.Origins, "cors.origins", violations);
        CheckTokens(cors.Methods, "cors.methods", violations);
        CheckTokens(cors.Headers, "cors.headers", violations);
    }

    private static void CheckUpgrades(ApplicationDefinition application, List<RuleViolation> violations)
    {
        CheckTokens(application.Upgrades, "upgrades", violations);
        for (var i = 0; i < application.Upgrades.Length; i++)
        {
            // h2c would open a second, unjudged connection inside the first; SPDY is forwarded blindly by the proxy.
            if (application.Upgrades[i] is "h2c" or "h2" || application.Upgrades[i].StartsWith("spdy", StringComparison.OrdinalIgnoreCase))
                violations.Add(new($"upgrades[{i}]", $"{application.Upgrades[i]} cannot be judged inside", "remove it"));
        }
    }

    private static void CheckTokens(ImmutableArray<string> values, string field, List<RuleViolation> violations)
    {
        for (var i = 0; i < values.Length; i++)
        {
            // RFC 9110 section 5.6.2: token
            if (values[i].Length == 0 || !values[i].All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c)))
                violations.Add(new($"{field}[{i}]", $"'{Shown.Text(values[i])}' is not a token of HTTP", "use letters, digits and hyphens"));
        }
    }

    private static void CheckTimes(ApplicationDefinition application, List<RuleViolation> violations)
    {
        Bound(application.ConnectTimeout, "connectTimeout", TimeSpan.FromMinutes(5));
        Bound(application.ActivityTimeout, "activityTimeout", LongestTimeout);
        if (application.MaxSignInAge is { } age) Bound(age, "maxSignInAge", TimeSpan.FromDays(365));
        if (application.HealthCheck is not { } check) return;
        Bound(check.Interval, "healthCheck.interval", LongestTimeout);
        Bound(check.Timeout, "healthCheck.timeout", check.Interval);
        if (!check.Path.StartsWith('/') || check.Path.Any(static c => c is <= ' ' or > '~' or '\\'))
            violations.Add(new("healthCheck.path", "the path does not begin with / or has characters that paths cannot have", "write it as /health"));

        void Bound(TimeSpan value, string field, TimeSpan most)
        {
            if (value < TimeSpan.FromSeconds(1) || value > most)
                violations.Add(new(field, "the time is shorter than 1s or too long", $"choose between 1s and {most.TotalSeconds:0}s"));
        }
    }

    private static void CheckTls(ApplicationDefinition application, List<RuleViolation> violations)
    {
        if (application.Tls is not { } tls) return;
        if (application.Upstreams.Any(static u => u.Address.Scheme != Uri.UriSchemeHttps))
            violations.Add(new("tls", "an upstream is plain http, where TLS settings have no effect", "write the upstreams as https, or remove tls"));
        if ((tls.ClientCertificatePem is null) != (tls.ClientKeyPem is null))
            violations.Add(new("tls.clientCertificate", "certificate and key come together", "give both clientCertificate and clientKey"));
        if (tls.ServerName is { } name && !HostNames.TryNormalize(name, out _, out var problem))
            violations.Add(new("tls.serverName", $"'{Shown.Text(name)}' {problem}", "write the name in the upstream's certificate"));
    }
}
