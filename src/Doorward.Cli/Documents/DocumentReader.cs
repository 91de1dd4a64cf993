using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Doorward.Cli.Documents;

/// <summary>
/// Reads YAML resource documents (`kind:`, `name:`, fields) from a file. Anchors, aliases and tags are refused:
/// a resource is plain data, and aliases are how a small file becomes a huge one.
/// </summary>
internal sealed class DocumentReader
{
    private const int MaximumDepth = 32;

    private readonly string file;
    private readonly string[] lines;
    private readonly Parser parser;
    private Dictionary<string, Place> places = [];

    private DocumentReader(string file, string text)
    {
        this.file = file;
        lines = text.Split('\n');
        parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a file, every .yaml and .yml file of a folder (in order of name), or stdin for `-`.</summary>
    public static IReadOnlyList<Document> ReadAll(string path) => path switch
    {
        TextFile.Stdin => ReadFile(path),
        _ when Directory.Exists(path) => [.. FilesOf(path).SelectMany(ReadFile)],
        _ when File.Exists(path) => ReadFile(path),
        _ => throw new CommandFailure($"no file or folder '{path}'", "check the path given to -f"),
    };

    public static IReadOnlyList<Document> Read(string file, string text)
    {
        try
        {
            return new DocumentReader(file, text).ReadStream();
        }
        catch (YamlException error)
        {
            throw YamlFault.Of(error, file);
        }
    }

    private static IReadOnlyList<Document> ReadFile(string path) => Read(TextFile.NameOf(path), TextFile.Read(path));

    private static string[] FilesOf(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml").Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new CommandFailure($"no .yaml or .yml file in '{folder}'", "check the path given to -f");
    }

    private List<Document> ReadStream()
    {
        var documents = new List<Document>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            parser.Consume<DocumentStart>();
            places = [];
            var start = Here();
            // `---` with nothing after it is how files are commonly ended.
            if (ReadNode("", 0) is { } content)
            {
                documents.Add(AsDocument(content, start));
            }

            parser.Consume<DocumentEnd>();
        }

        return documents;
    }

    private Document AsDocument(JsonNode content, Place start)
    {
        if (content is not JsonObject fields)
        {
            throw Wrong(start, "a document is not a set of fields", "write `kind:`, `name:` and the fields of the resource");
        }

        var document = new JsonObject { ["kind"] = Required(fields, "kind", start), ["name"] = Required(fields, "name", start) };
        fields.Remove("kind");
        fields.Remove("name");
        if (fields.Remove("version", out var version))
        {
            document["version"] = version is JsonValue value && value.TryGetValue<long>(out var number) && number >= 0
                ? number
                : throw Wrong(places["version"], "`version` is not a version", "write the number that `get` tells, 0 for what is not there yet, or leave it out");
        }

        document["spec"] = fields;
        return new Document(document, places) { Start = start };
    }

    private string Required(JsonObject fields, string name, Place start) => fields[name] switch
    {
        JsonValue value => value.ToString(),
        null => throw Wrong(start, $"`{name}` is missing", $"every document says its `{name}:`"),
        _ => throw Wrong(places[name], $"`{name}` is not text", $"give one value after `{name}:`"),
    };

    private JsonNode? ReadNode(string path, int depth)
    {
        var place = Here();
        places.TryAdd(path, place);
        if (depth > MaximumDepth)
        {
            throw Wrong(place, $"nested deeper than {MaximumDepth} levels", "no resource is; check the brackets");
        }

        if (parser.Current is NodeEvent { Anchor.IsEmpty: false } or AnchorAlias || parser.Current is NodeEvent { Tag.IsEmpty: false })
        {
            throw Wrong(place, "anchors, aliases and tags are not taken", "write the value out");
        }

        return parser.Current switch
        {
            MappingStart => ReadMap(path, depth),
            SequenceStart => ReadList(path, depth),
            _ => ReadScalar(path),
        };
    }

    private JsonObject ReadMap(string path, int depth)
    {
        parser.Consume<MappingStart>();
        var map = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var place = Here();
            if (!parser.TryConsume<Scalar>(out var key))
            {
                throw Wrong(place, "a field's name is not text", "write `name: value`");
            }

            if (map.ContainsKey(key.Value))
            {
                throw Wrong(place, $"`{key.Value}` is given twice", "keep one of them");
            }

            var member = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            places[member] = place;
            map[key.Value] = ReadNode(member, depth + 1);
        }

        return map;
    }

    private JsonArray ReadList(string path, int depth)
    {
        parser.Consume<SequenceStart>();
        var list = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            list.Add(ReadNode($"{path}[{list.Count}]", depth + 1));
        }

        return list;
    }

    private JsonNode? ReadScalar(string path)
    {
        var scalar = parser.Consume<Scalar>();
        if (ScalarText.PlaceOf(file, lines, scalar) is { } text)
        {
            places[path + Document.TextOf] = text;
        }

        return scalar.Style == ScalarStyle.Plain ? PlainScalar.Read(scalar.Value) : JsonValue.Create(scalar.Value);
    }

    private Place Here()
    {
        var mark = parser.Current?.Start ?? Mark.Empty;
        return new Place(file, mark.Line, mark.Column);
    }

    private static CommandFailure Wrong(Place place, string what, string fix) => new(what, fix, place.ToString());
}
