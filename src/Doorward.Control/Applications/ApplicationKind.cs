using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Applications;

/// <summary>Things with a door.</summary>
internal sealed class ApplicationKind(SecretFields secrets) : DocumentKind<ApplicationDefinition>
{
    public override string Kind => ResourceKinds.Application;

    public override string Plural => "applications";

    protected override ApplicationDefinition ReadSpec(SpecReading reading)
    {
        var definition = ApplicationSpec.Read(reading, secrets);
        reading.Spec.Fail(ApplicationRules.Check(definition, reading.Installation.Domain, reading.Installation.OwnPorts));
        return definition;
    }

    protected override JsonObject WriteSpec(ApplicationDefinition definition)
    {
        var defaults = ApplicationSpec.Defaults;
        var upstreams = definition.Upstreams.Select(static u => u.Address.GetLeftPart(UriPartial.Authority)).ToList();
        return new SpecWriter()
            .Texts("hosts", definition.Hosts)
            .Text("upstream", upstreams.Count == 1 ? upstreams[0] : null)
            .Texts("upstreams", upstreams.Count > 1 ? upstreams : [])
            .Text("connector", definition.Connector)
            .Texts("tcp", definition.Tcp.Select(TunnelTargetText.Format))
            .Object("tunnels", definition.Tunnels is { } tunnels ? TunnelSpec.Write(tunnels) : null)
            .Flag("proxyProtocol", definition.ProxyProtocol)
            .Object("ssh", definition.Ssh is { } ssh ? TunnelSpec.Write(ssh) : null)
            .Map("labels", definition.Labels)
            .Choice("paths", definition.Paths, defaults.Paths)
            .Texts("origins", definition.Origins)
            .Object("cors", definition.Cors is { } cors ? Write(cors) : null)
            .Flag("strict", definition.Strict)
            .Duration("maxSignInAge", definition.MaxSignInAge)
            .Object("tls", definition.Tls is { } tls ? Write(tls) : null)
            .Choice("protocol", definition.Protocol, defaults.Protocol)
            .Flag("preserveHost", definition.PreserveHost, defaults.PreserveHost)
            .Texts("upgrades", definition.Upgrades)
            .Object("healthCheck", definition.HealthCheck is { } check ? Write(check) : null)
            .Duration("connectTimeout", definition.ConnectTimeout, defaults.ConnectTimeout)
            .Duration("activityTimeout", definition.ActivityTimeout, defaults.ActivityTimeout)
            .Flag("allowSpecialAddresses", definition.AllowSpecialAddresses)
            .Spec;
    }

    // The feed sends this text to gateways as it is, so it is the definition itself and not the operator's spelling of it.
    protected override ApplicationDefinition FromJson(string json) =>
        JsonSerializer.Deserialize(json, ApplicationJson.Default.ApplicationDefinition)!;

    protected override string ToJson(ApplicationDefinition definition) =>
        JsonSerializer.Serialize(definition, ApplicationJson.Default.ApplicationDefinition);

    protected override void CheckSpec(World world, ResourceKey key, ApplicationDefinition definition, Findings findings)
    {
        findings.Add(key, HostOverlaps.Find(definition, world.Applications.Values));
        if (definition.Connector is { } connector && !world.HasConnector(connector))
            findings.Add(key, "connector", $"there is no connector {Shown.Text(connector)}", $"add a Connector document named {Shown.Text(connector)}");
        if (definition.Paths != PathMode.Opaque) return;
        foreach (var policy in world.Policies.Values.Where(policy => OpaquePaths.Conflicts(policy, definition)))
        {
            findings.Add(key, "paths", $"policy {policy.Id} reads context.http.path, and opaque paths have no one form to judge",
                "remove paths: opaque, or let the policy judge other applications by name");
        }
    }

    // By host, upstream and label too: all of them stand in the document.
    protected override IQueryable<ResourceDocument> Found(IQueryable<ResourceDocument> documents, string pattern) =>
        documents.Where(d => EF.Functions.Like(d.Name, pattern, LikePattern.Escape) || EF.Functions.Like(d.Json, pattern, LikePattern.Escape));

    private static SpecWriter Write(CorsDefinition cors) => new SpecWriter()
        .Texts("origins", cors.Origins)
        .Texts("methods", cors.Methods)
        .Texts("headers", cors.Headers)
        .Flag("credentials", cors.Credentials)
        .Duration("maxAge", cors.MaxAge, new CorsDefinition().MaxAge);

    private static SpecWriter Write(UpstreamTlsDefinition tls) => new SpecWriter()
        .Text("ca", tls.CaPem)
        .Text("serverName", tls.ServerName)
        .Text("clientCertificate", tls.ClientCertificatePem)
        .Secret("clientKey", tls.ClientKeyPem);

    private static SpecWriter Write(HealthCheckDefinition check) => new SpecWriter()
        .Text("path", check.Path)
        .Duration("interval", check.Interval)
        .Duration("timeout", check.Timeout);
}
