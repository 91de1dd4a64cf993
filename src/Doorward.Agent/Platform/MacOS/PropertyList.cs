using System.Xml;
using System.Xml.Linq;
using Doorward.Agent.Posture;

namespace Doorward.Agent.Platform.MacOS;

/// <summary>Property lists: the values of the outermost dictionary, as text. Binary ones go through plutil.</summary>
internal static class PropertyList
{
    private const int Largest = 1024 * 1024;

    /// <summary>Null when the file is not there or is no property list.</summary>
    public static Dictionary<string, string>? Read(Machine machine, string path)
    {
        var text = machine.Files.ReadText(path, Largest);
        if (text is null) return null;
        if (text.StartsWith("bplist", StringComparison.Ordinal)) text = machine.Questions.Ask("plutil", "-convert", "xml1", "-o", "-", path)?.Good;
        return text is null ? null : Parse(text);
    }

    private static Dictionary<string, string>? Parse(string text)
    {
        try
        {
            // Property lists name their document type; nothing is fetched for it, and no entity is expanded.
            using var reader = XmlReader.Create(
                new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = Largest });
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            var entries = XDocument.Load(reader).Root?.Element("dict")?.Elements().ToList() ?? [];
            for (var at = 0; at + 1 < entries.Count; at += 2)
            {
                if (entries[at].Name.LocalName == "key") values[entries[at].Value] = entries[at + 1].Name.LocalName is "true" or "false" ? entries[at + 1].Name.LocalName : entries[at + 1].Value;
            }

            return values;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
