using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Output;

namespace Doorward.Cli.Documents;

/// <summary>Resources as the API tells of them, in words and as the YAML that a person would compare.</summary>
internal static class ResourceText
{
    /// <summary>"policy wiki-for-staff", of anything with kind and name.</summary>
    public static string NameOf(JsonObject resource) => $"{Problem.Text(resource, "kind")?.ToLowerInvariant()} {Problem.Text(resource, "name")}";

    /// <summary>Where the API has it.</summary>
    public static string AddressOf(JsonObject resource) =>
        $"{Kinds.PluralOf(Problem.Text(resource, "kind")!)}/{Uri.EscapeDataString(Problem.Text(resource, "name")!)}";

    /// <summary>The document; blank lines around a policy, which are not kept, do not show.</summary>
    public static string Of(JsonNode resource)
    {
        var document = resource.DeepClone();
        if (document["spec"]?["cedar"] is JsonValue cedar)
        {
            document["spec"]!["cedar"] = cedar.GetValue<string>().Trim();
        }

        var text = new StringWriter();
        YamlWriter.Write(text, document);
        return text.ToString();
    }
}
