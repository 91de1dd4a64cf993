using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Console.Applications;
using Doorward.Console.Documents;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Connectors;

/// <summary>What makes a private application reachable: a connector, the application with its target, and the policy that says for whom.</summary>
internal sealed class PrivateDoor
{
    public string Connector { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Lines of <c>host:port</c>.</summary>
    public string Targets { get; set; } = "";

    public string Group { get; set; } = "";

    public int Assurance { get; set; } = 2;

    public bool IsSsh { get; set; }

    // As it is written: the server reads it, and refuses what it is not.
    private string First => SpecFields.Lines(Targets) is [var first, ..] ? first : "";

    // A port of people's own machines; below 1024 they may not listen.
    private string Port => First[(First.LastIndexOf(':') + 1)..] is var port && int.TryParse(port, out var number) && number is >= 1024 and <= 65535 ? port : "0";

    private bool IsOne => SpecFields.Lines(Targets) is [var one] && int.TryParse(one[(one.LastIndexOf(':') + 1)..], out _);

    public string Policy => FirstDoor.PolicyOf(Name, Group);

    public string ConnectorYaml => DocumentYaml.Write("Connector", Connector, []);

    public string ApplicationYaml => DocumentYaml.Write("Application", Name, ApplicationSpec);

    public string PolicyYaml => $"{DocumentYaml.Write("Group", Group, [])}---\n{DocumentYaml.Write("Policy", Policy, PolicySpec)}";

    /// <summary>What a person runs then, on their own machine.</summary>
    public string Command => IsSsh ? $"doorward-agent ssh {Name}" : $"doorward-agent forward {Name} --port {Port}{(IsOne ? "" : $" --target {First}")}";

    /// <summary>What makes plain <c>ssh</c> and <c>scp</c> go there.</summary>
    public string SshConfigCommand => $"doorward-agent ssh-config {Name} >> ~/.ssh/config";

    /// <summary>For the server: it trusts people by the application's authority.</summary>
    public string SshServerCommands => $"""
        doorward ssh-ca show {Name} | sudo tee /etc/ssh/doorward-ca.pub
        echo "TrustedUserCAKeys /etc/ssh/doorward-ca.pub" | sudo tee /etc/ssh/sshd_config.d/doorward.conf
        sudo systemctl reload ssh
        """.ReplaceLineEndings("\n");

    /// <summary>One that is there already stays as it is.</summary>
    public ApplyBody ConnectorDocuments => new([Document("Connector", Connector, [])]);

    // A group that says no members keeps those that it has.
    public ApplyBody Documents => new([Document("Application", Name, ApplicationSpec, 0), Document("Group", Group, []), Document("Policy", Policy, PolicySpec, 0)]);

    private JsonObject ApplicationSpec
    {
        get
        {
            var spec = new JsonObject { ["connector"] = Connector };
            SpecFields.Put(spec, "tcp", SpecFields.Lines(Targets));
            if (IsSsh) spec["ssh"] = new JsonObject { ["principals"] = new JsonArray("{user}") };
            return spec;
        }
    }

    private JsonObject PolicySpec => new()
    {
        ["cedar"] = $$"""
            @explain("{{Name}} is open to the group {{Group}}. To join it, ask your administrator.")
            permit (principal in Group::"{{Group}}", action == Action::"tunnel", resource == Application::"{{Name}}")
            when { context.session.assurance >= {{Assurance}} };

            """.ReplaceLineEndings("\n"),
    };

    /// <summary>The fields without which the application cannot be made, in their order.</summary>
    public IEnumerable<string> Missing() => new (string Field, bool Good)[]
    {
        ("connector", FirstDoor.IsPlain(Connector)),
        ("name", FirstDoor.IsPlain(Name)),
        ("targets", !string.IsNullOrWhiteSpace(Targets)),
        ("group", FirstDoor.IsPlain(Group)),
    }.Where(static one => !one.Good).Select(static one => one.Field);

    private static DocumentBody Document(string kind, string name, JsonObject spec, long? version = null) => new(kind, name, JsonSerializer.SerializeToElement(spec), Version: version);
}
