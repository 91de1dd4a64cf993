using Doorward.Cedar.Lexing;
using Doorward.Cedar.Parsing;

namespace Doorward.Cedar.Schemas;

/// <summary>From text to a schema: first the syntax, then the meaning.</summary>
internal static class SchemaParser
{
    public static SchemaReadResult ParseText(string text, ParserOptions options)
    {
        var source = new SourceText(text);
        if (text.Length > options.MaxLength)
        {
            var message = $"The text has {text.Length} characters; at most {options.MaxLength} are read.";
            return new SchemaReadResult(null, [new ParseError(message, source.Locate(default), null)]);
        }
        var reader = new TokenReader(source, options);
        var namespaces = new SchemaTextParser(reader).ParseAll();
        return Build(new SchemaDeclarations(namespaces, source), reader.Errors, options);
    }

    public static SchemaReadResult ParseJson(string json, ParserOptions options)
    {
        var source = new SourceText(json);
        var reader = new SchemaJsonReader(source, options);
        var namespaces = reader.ReadAll();
        return Build(new SchemaDeclarations(namespaces, source), reader.Errors, options);
    }

    private static SchemaReadResult Build(SchemaDeclarations declarations, IReadOnlyList<ParseError> errors, ParserOptions options)
    {
        if (errors.Count > 0) return new SchemaReadResult(null, errors);
        var builder = new SchemaBuilder(declarations, options);
        var schema = builder.Build();
        return builder.Errors.Count == 0 ? new SchemaReadResult(schema, []) : new SchemaReadResult(null, builder.Errors);
    }
}
