using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>
/// An application as its form shows it: lists are lines, and an empty field says nothing. What the form does not know is kept as it was,
/// so that saving here undoes nothing that was written elsewhere.
/// </summary>
public sealed class ApplicationDraft
{
    private JsonObject _rest = [];
    private JsonObject _restOfTunnels = [];
    private JsonObject _restOfSsh = [];
    private LabelLines _labels = LabelLines.None;

    public string Name { get; set; } = "";

    public string Hosts { get; set; } = "";

    public string Upstreams { get; set; } = "";

    public string Connector { get; set; } = "";

    /// <summary>Lines of <c>host:port</c>; with one, it is an application of tunnels.</summary>
    public string Tcp { get; set; } = "";

    /// <summary>Durations of a tunnel; empty for no bound.</summary>
    public string TunnelIdle { get; set; } = "";

    public string TunnelLongest { get; set; } = "";

    public bool ProxyProtocol { get; set; }

    /// <summary>Lines of login names that SSH certificates may carry; without one, there are no certificates.</summary>
    public string SshPrincipals { get; set; } = "";

    public string SshLifetime { get; set; } = "";

    /// <summary>Lines of <c>key=value</c>.</summary>
    public string Labels { get; set; } = "";

    public bool Strict { get; set; }

    /// <summary>A duration such as 8h; empty for no bound.</summary>
    public string MaxSignInAge { get; set; } = "";

    public bool OpaquePaths { get; set; }

    public bool AllowSpecialAddresses { get; set; }

    /// <summary>Empty for the usual one.</summary>
    public string Protocol { get; set; } = "";

    public bool PreserveHost { get; set; } = true;

    public string Upgrades { get; set; } = "";

    public string ConnectTimeout { get; set; } = "";

    public string ActivityTimeout { get; set; } = "";

    public string Origins { get; set; } = "";

    public CorsDraft Cors { get; private set; } = new();

    public HealthCheckDraft HealthCheck { get; private set; } = new();

    public TlsDraft Tls { get; private set; } = new();

    public IReadOnlyList<string> UpstreamList => SpecFields.Lines(Upstreams);

    /// <summary>Fields that are there and not shown.</summary>
    public IReadOnlyList<string> Kept => [.. _rest.Select(static kept => kept.Key), .. _labels.Kept.Select(static kept => $"labels: {kept.Key}")];

    /// <summary>Whether it holds a secret, which nobody is told and which deleting would lose.</summary>
    public bool HasSecret => Tls.HasKey;

    /// <summary>Whether a secret would be another than it is: what nobody is told cannot be put back.</summary>
    public bool ChangesSecret => Tls.ChangesKey;

    public static ApplicationDraft From(string name, JsonObject spec)
    {
        var fields = new SpecFields(spec.DeepClone().AsObject());
        var labels = LabelLines.Of(fields.TakeObject("labels"));
        var (tunnels, ssh) = (new SpecFields(fields.TakeObject("tunnels")), new SpecFields(fields.TakeObject("ssh")));
        var draft = new ApplicationDraft
        {
            _labels = labels,
            Name = name,
            Hosts = fields.TakeLines("hosts"),
            Upstreams = spec["upstream"] is null ? fields.TakeLines("upstreams") : fields.TakeLines("upstream"),
            Connector = fields.TakeText("connector"),
            Tcp = fields.TakeLines("tcp"),
            TunnelIdle = tunnels.TakeText("idle"),
            TunnelLongest = tunnels.TakeText("longest"),
            ProxyProtocol = fields.TakeFlag("proxyProtocol"),
            SshPrincipals = ssh.TakeLines("principals"),
            SshLifetime = ssh.TakeText("lifetime"),
            Labels = labels.Text,
            Strict = fields.TakeFlag("strict"),
            MaxSignInAge = fields.TakeText("maxSignInAge"),
            OpaquePaths = fields.TakeText("paths") == "opaque",
            AllowSpecialAddresses = fields.TakeFlag("allowSpecialAddresses"),
            Protocol = fields.TakeText("protocol"),
            PreserveHost = fields.TakeFlag("preserveHost", otherwise: true),
            Upgrades = fields.TakeLines("upgrades"),
            ConnectTimeout = fields.TakeText("connectTimeout"),
            ActivityTimeout = fields.TakeText("activityTimeout"),
            Origins = fields.TakeLines("origins"),
            Cors = CorsDraft.From(fields.TakeObject("cors")),
            HealthCheck = HealthCheckDraft.From(spec["healthCheck"] is not null, fields.TakeObject("healthCheck")),
            Tls = TlsDraft.From(fields.TakeObject("tls")),
        };
        (draft._rest, draft._restOfTunnels, draft._restOfSsh) = (fields.Rest, tunnels.Rest, ssh.Rest);
        return draft;
    }

    public JsonObject ToSpec() => Spec(Tls.ToSpec());

    /// <summary>The document as people see it: a secret that was typed does not stand there.</summary>
    public JsonObject ToShown() => Spec(Tls.ToShown());

    private JsonObject Spec(JsonObject tls)
    {
        var spec = new JsonObject();
        var targets = SpecFields.Lines(Tcp);
        SpecFields.Put(spec, "hosts", SpecFields.Lines(Hosts), always: targets.Count == 0);
        var upstreams = UpstreamList;
        if (upstreams.Count == 1) spec["upstream"] = upstreams[0];
        else SpecFields.Put(spec, "upstreams", upstreams);
        SpecFields.Put(spec, "connector", Connector);
        SpecFields.Put(spec, "tcp", targets);
        SpecFields.Put(spec, "tunnels", Tunnels());
        if (ProxyProtocol) spec["proxyProtocol"] = true;
        SpecFields.Put(spec, "ssh", Ssh());
        SpecFields.Put(spec, "labels", _labels.Read(Labels));
        if (OpaquePaths) spec["paths"] = "opaque";
        SpecFields.Put(spec, "origins", SpecFields.Lines(Origins));
        SpecFields.Put(spec, "cors", Cors.ToSpec());
        if (Strict) spec["strict"] = true;
        SpecFields.Put(spec, "maxSignInAge", MaxSignInAge);
        SpecFields.Put(spec, "tls", tls);
        SpecFields.Put(spec, "protocol", Protocol);
        if (!PreserveHost) spec["preserveHost"] = false;
        SpecFields.Put(spec, "upgrades", SpecFields.Lines(Upgrades));
        if (HealthCheck.On) spec["healthCheck"] = HealthCheck.ToSpec();
        SpecFields.Put(spec, "connectTimeout", ConnectTimeout);
        SpecFields.Put(spec, "activityTimeout", ActivityTimeout);
        if (AllowSpecialAddresses) spec["allowSpecialAddresses"] = true;
        foreach (var (name, value) in _rest) spec[name] = value?.DeepClone();
        return spec;
    }

    private JsonObject Tunnels()
    {
        var limits = _restOfTunnels.DeepClone().AsObject();
        SpecFields.Put(limits, "idle", TunnelIdle);
        SpecFields.Put(limits, "longest", TunnelLongest);
        return limits;
    }

    private JsonObject Ssh()
    {
        var ssh = _restOfSsh.DeepClone().AsObject();
        SpecFields.Put(ssh, "principals", SpecFields.Lines(SshPrincipals));
        SpecFields.Put(ssh, "lifetime", SshLifetime);
        return ssh;
    }
}
