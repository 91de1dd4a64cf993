using Doorward.Cedar.Lexing;
using Doorward.Cedar.Parsing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar;

/// <summary>Reads Cedar policy text. Bad text is a returned error with its place, never an exception.</summary>
public static class PolicyParser
{
    /// <summary>Reads a text of any number of statements. Ids are <c>policy0</c>, <c>policy1</c> and so on.</summary>
    public static PolicySetReadResult ParsePolicySet(string text, ParserOptions? options = null)
    {
        var (parts, errors, _) = Parse(text, options ?? ParserOptions.Default);
        if (errors.Count > 0) return new PolicySetReadResult(null, errors);
        var policies = new List<Policy>();
        var templates = new List<Template>();
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Slots.Count == 0) policies.Add(new Policy($"policy{i}", parts[i]));
            else templates.Add(new Template($"policy{i}", parts[i]));
        }
        return new PolicySetReadResult(PolicySet.Create(policies, templates), []);
    }

    /// <summary>Reads a text of exactly one policy, which may not be a template.</summary>
    public static PolicyReadResult ParsePolicy(string id, string text, ParserOptions? options = null)
    {
        var (parts, errors, source) = Parse(text, options ?? ParserOptions.Default);
        if (errors.Count > 0) return new PolicyReadResult(null, errors);
        if (parts.Count == 0)
            return Refuse(new SourceSpan(0, 0), "There is no policy in this text.", "Write permit (principal, action, resource);");
        if (parts.Count > 1)
            return Refuse(parts[1].Span, "One policy was expected, but here begins another.", "Give every policy its own name.");
        if (parts[0].Slots.Count > 0)
            return Refuse(parts[0].Span, "This is a template: its slots must be filled first.", "Write an entity in place of each slot.");
        return new PolicyReadResult(new Policy(id, parts[0]), []);

        PolicyReadResult Refuse(SourceSpan span, string message, string hint) =>
            new(null, [new ParseError(message, source.Locate(span), hint)]);
    }

    private static (List<PolicyParts> Parts, IReadOnlyList<ParseError> Errors, SourceText Source) Parse(string text, ParserOptions options)
    {
        var source = new SourceText(text);
        if (text.Length > options.MaxLength)
        {
            var message = $"The text has {text.Length} characters; at most {options.MaxLength} are read.";
            return ([], [new ParseError(message, source.Locate(new SourceSpan(0, 0)), "Split it into several policies.")], source);
        }
        var reader = new TokenReader(source, options);
        var parts = new PolicyTextParser(reader).ParseAll();
        return (parts, reader.Errors, source);
    }
}
