using System.Text.Json;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>An application as the gateway judges and serves it.</summary>
internal sealed record GatewayApplication(ApplicationDefinition Definition, bool System, long Version)
{
    public string Name => Definition.Name;

    public ResourceFacts Resource { get; } = ResourceFacts.From(Definition, System);

    /// <summary>Null when the definition cannot be read: its hosts are then nobody's.</summary>
    public static GatewayApplication? Of(ApplicationState state)
    {
        try
        {
            var definition = JsonSerializer.Deserialize(state.DefinitionJson, ApplicationJson.Default.ApplicationDefinition);
            return definition is null ? null : new GatewayApplication(definition, state.System, state.Version);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A name that nothing stands behind.</summary>
    public static GatewayApplication Unknown(string name) => new(new ApplicationDefinition { Name = name }, System: false, Version: 0);

    public static GatewayApplication Console(GatewaySettings settings) => new(
        new ApplicationDefinition
        {
            Name = SystemApplications.Console,
            Hosts = [$"{SystemApplications.ConsoleLabel}.{settings.Domain}"],
        },
        System: true,
        Version: 0);
}
