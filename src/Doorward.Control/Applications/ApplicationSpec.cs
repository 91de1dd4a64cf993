using System.Collections.Immutable;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;

namespace Doorward.Control.Applications;

/// <summary>Reads the fields of an Application document.</summary>
internal static class ApplicationSpec
{
    // They stand in the record of every decision about the application.
    private const int MaxLabels = 64;
    private const int MaxLabelLength = 256;

    internal static readonly ApplicationDefinition Defaults = new() { Name = "" };

    public static ApplicationDefinition Read(SpecReading reading, SecretFields secrets)
    {
        var fields = reading.Spec;
        var definition = new ApplicationDefinition
        {
            Name = reading.Name,
            Hosts = ReadHosts(fields),
            Upstreams = ReadUpstreams(fields),
            Connector = fields.Line("connector"),
            Tcp = TunnelSpec.ReadTargets(fields),
            Tunnels = fields.Object("tunnels") is { } tunnels ? TunnelSpec.ReadLimits(tunnels) : null,
            ProxyProtocol = fields.Flag("proxyProtocol"),
            Ssh = fields.Object("ssh") is { } ssh ? TunnelSpec.ReadSsh(ssh) : null,
            Labels = fields.Map("labels", MaxLabels, MaxLabelLength),
            Paths = fields.Choice("paths", PathMode.Canonical),
            Origins = fields.Texts("origins"),
            Cors = fields.Object("cors") is { } cors ? ReadCors(cors) : null,
            Strict = fields.Flag("strict"),
            MaxSignInAge = fields.Duration("maxSignInAge"),
            Tls = fields.Object("tls") is { } tls ? ReadTls(tls, reading, secrets) : null,
            Protocol = fields.Choice("protocol", UpstreamProtocol.Http1),
            PreserveHost = fields.Flag("preserveHost", otherwise: true),
            Upgrades = [.. fields.Texts("upgrades").Select(static u => u.ToLowerInvariant())],
            HealthCheck = fields.Object("healthCheck") is { } check ? ReadHealthCheck(check) : null,
            ConnectTimeout = fields.Duration("connectTimeout") ?? Defaults.ConnectTimeout,
            ActivityTimeout = fields.Duration("activityTimeout") ?? Defaults.ActivityTimeout,
            AllowSpecialAddresses = fields.Flag("allowSpecialAddresses"),
        };
        fields.End();
        return definition;
    }

    private static ImmutableArray<string> ReadHosts(SpecReader fields)
    {
        var hosts = ImmutableArray.CreateBuilder<string>();
        foreach (var (text, index) in fields.Texts("hosts").Select(static (text, index) => (text, index)))
        {
            if (HostNames.TryNormalize(text, out var host, out var problem)) hosts.Add(host);
            else fields.Fail($"hosts[{index}]", $"'{Shown.Text(text)}' {problem}", "write a DNS name such as wiki.example.org, or *.example.org");
        }

        return hosts.ToImmutable();
    }

    private static ImmutableArray<UpstreamDefinition> ReadUpstreams(SpecReader fields)
    {
        if (fields.Has("upstream") && fields.Has("upstreams"))
            fields.Fail("upstreams", "upstream and upstreams stand side by side", "keep one of the two");
        var single = fields.Text("upstream");
        var texts = single is null ? fields.Texts("upstreams") : [single];
        var violations = new List<RuleViolation>();
        var read = texts.Select((text, i) => UpstreamRules.Read(text, single is null ? $"upstreams[{i}]" : "upstream", violations)).OfType<Uri>().ToList();
        fields.Fail(violations);
        return [.. read.Select(static address => new UpstreamDefinition(address))];
    }

    private static CorsDefinition ReadCors(SpecReader fields)
    {
        var cors = new CorsDefinition
        {
            Origins = fields.Texts("origins"),
            Methods = fields.Texts("methods"),
            Headers = fields.Texts("headers"),
            Credentials = fields.Flag("credentials"),
            MaxAge = fields.Duration("maxAge") ?? new CorsDefinition().MaxAge,
        };
        fields.End();
        return cors;
    }

    private static HealthCheckDefinition ReadHealthCheck(SpecReader fields)
    {
        var defaults = new HealthCheckDefinition();
        var check = new HealthCheckDefinition
        {
            Path = fields.Text("path") ?? defaults.Path,
            Interval = fields.Duration("interval") ?? defaults.Interval,
            Timeout = fields.Duration("timeout") ?? defaults.Timeout,
        };
        fields.End();
        return check;
    }

    private static UpstreamTlsDefinition ReadTls(SpecReader fields, SpecReading reading, SecretFields secrets)
    {
        var stored = reading.StoredAs<ApplicationDefinition>()?.Tls;
        var key = fields.Secret("clientKey");
        var certificate = Pem.ReadCertificates(fields, "clientCertificate");
        if (key.Value is { } pem && certificate is not null && Pem.RefuseKey(certificate, pem) is { } problem)
            fields.Fail("clientKey", problem, "paste the PKCS#8 key that belongs to the certificate");
        var tls = new UpstreamTlsDefinition
        {
            CaPem = Pem.ReadCertificates(fields, "ca"),
            ServerName = fields.Text("serverName"),
            ClientCertificatePem = certificate,
            ClientKeyPem = secrets.Read(fields, "clientKey", stored?.ClientKeyPem, SecretPurposes.ApplicationClientKey, reading.Name),
        };
        fields.End();
        return tls;
    }
}
