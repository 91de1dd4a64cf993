using System.Reflection;
using Doorward.Cedar;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Control.Policies;

/// <summary>Policies that ship inside the product: one file, one policy, named as the file.</summary>
internal static class EmbeddedPolicies
{
    private const string Extension = ".cedar";

    /// <summary>Name and text of every policy under a heading of the project file, in order of names.</summary>
    public static IReadOnlyList<(string Name, string Cedar)> Read(string heading)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = heading + "/";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => (name[prefix.Length..^Extension.Length], ReadText(assembly, name))),
        ];
    }

    /// <summary>The compiled set, valid by its own schema. What is missing or not valid is a broken build, and nothing may run with it.</summary>
    public static PolicySet Compile(string heading, Schema schema)
    {
        var texts = Read(heading);
        if (texts.Count == 0) throw new InvalidOperationException($"No policies are embedded under {heading}.");
        var policies = PolicySet.Create(texts.Select(static text => PolicyParser.ParsePolicy(text.Name, text.Cedar) is { Success: true } read
            ? read.Policy
            : throw new InvalidOperationException($"The embedded policy {text.Name} does not compile.")));
        return new PolicyValidator(schema).Validate(policies).Errors is [var error, ..]
            ? throw new InvalidOperationException($"The embedded policies are not valid: {error}")
            : policies;
    }

    /// <summary>A schema that ships beside the policies it is for.</summary>
    public static Schema ReadSchema(string name) => Schema.Parse(ReadText(Assembly.GetExecutingAssembly(), name)).Schema
        ?? throw new InvalidOperationException($"The embedded schema {name} does not parse.");

    private static string ReadText(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
