using System.Reflection;
using Doorward.Cedar;

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

    /// <summary>The compiled set. One that is missing or does not compile is a broken build, and nothing may run with it.</summary>
    public static PolicySet Compile(string heading)
    {
        var texts = Read(heading);
        if (texts.Count == 0) throw new InvalidOperationException($"No policies are embedded under {heading}.");
        return PolicySet.Create(texts.Select(static text => PolicyParser.ParsePolicy(text.Name, text.Cedar) is { Success: true } read
            ? read.Policy
            : throw new InvalidOperationException($"The embedded policy {text.Name} does not compile.")));
    }

    private static string ReadText(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
