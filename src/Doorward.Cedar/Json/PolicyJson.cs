using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Doorward.Cedar.Json;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar;

/// <summary>The JSON policy format of Cedar, for policies, templates, and sets of them with links.</summary>
public static class PolicyJson
{
    // Operators nest as deep as chains are long; what bounds them is the length of the text.
    private const int MaxDepth = 1 << 22;

    /// <summary>Writes a set: <c>{"staticPolicies": {..}, "templates": {..}, "templateLinks": [..]}</c>.</summary>
    public static string Write(PolicySet policies, bool indented = false) => Write(writer => new PolicyJsonWriter(writer).Write(policies), indented);

    /// <summary>Writes one policy or template.</summary>
    public static string Write(PolicyStatement statement, bool indented = false) => Write(writer => new PolicyJsonWriter(writer).Write(statement), indented);

    /// <summary>Reads a set.</summary>
    public static PolicySetReadResult ReadSet(string json, ParserOptions? options = null)
    {
        options ??= ParserOptions.Default;
        var source = new SourceText(json);
        if (JsonItemReader.Read(source, options, out var error) is not { } root) return new PolicySetReadResult(null, error is null ? [] : [error]);
        var reading = new JsonReading(source);
        var policies = new PolicySetJsonReader(reading, options).Read(root);
        return reading.Errors.Count > 0 ? new PolicySetReadResult(null, reading.Errors) : new PolicySetReadResult(policies, []);
    }

    /// <summary>Reads one policy, which may not be a template.</summary>
    public static PolicyReadResult ReadPolicy(string id, string json, ParserOptions? options = null)
    {
        options ??= ParserOptions.Default;
        var source = new SourceText(json);
        if (JsonItemReader.Read(source, options, out var error) is not { } root) return new PolicyReadResult(null, error is null ? [] : [error]);
        var reading = new JsonReading(source);
        var text = new PolicyJsonReader(reading, options).ReadText(root);
        return text is null ? new PolicyReadResult(null, reading.Errors) : PolicyParser.ParsePolicy(id, text, options);
    }

    private static string Write(Action<Utf8JsonWriter> write, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = indented, MaxDepth = MaxDepth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options)) write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
