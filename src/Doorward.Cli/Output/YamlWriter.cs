using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Cli.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Doorward.Cli.Output;

/// <summary>Writes results as YAML documents; a resource comes out in the form that `apply` takes.</summary>
internal static class YamlWriter
{
    public static void Write(TextWriter output, JsonNode result)
    {
        var emitter = new Emitter(output);
        emitter.Emit(new StreamStart());
        var first = true;
        foreach (var item in ResultWriter.Items(result))
        {
            emitter.Emit(new DocumentStart(null, null, isImplicit: first));
            Emit(emitter, AsDocument(item));
            emitter.Emit(new DocumentEnd(isImplicit: true));
            first = false;
        }

        emitter.Emit(new StreamEnd());
    }

    private static JsonNode AsDocument(JsonNode item)
    {
        if (item is not JsonObject resource || resource["kind"] is null || resource["spec"] is not JsonObject spec)
        {
            return item;
        }

        var document = new JsonObject { ["kind"] = resource["kind"]!.DeepClone(), ["name"] = resource["name"]?.DeepClone() };
        foreach (var (name, value) in spec)
        {
            document[name] = value?.DeepClone();
        }

        return document;
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart());
                foreach (var (name, value) in map)
                {
                    emitter.Emit(Text(name));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var value in list)
                {
                    Emit(emitter, value);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case null:
                emitter.Emit(new Scalar("null"));
                break;
            default:
                emitter.Emit(node.GetValueKind() == JsonValueKind.String ? Text(node.GetValue<string>()) : new Scalar(node.ToJsonString()));
                break;
        }
    }

    // A string that would read back as something else is quoted; policies keep their lines.
    private static Scalar Text(string text)
    {
        var style = text.Contains('\n') && Printable.Lines(text) == text ? ScalarStyle.Literal
            : PlainScalar.Read(text).GetValueKindOrNull() != JsonValueKind.String || Printable.OneLine(text) != text ? ScalarStyle.DoubleQuoted
            : ScalarStyle.Any;
        return new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true);
    }

    private static JsonValueKind GetValueKindOrNull(this JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;
}
