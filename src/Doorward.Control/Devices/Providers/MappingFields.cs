using System.Collections.Immutable;
using Doorward.Control.Resources.Specs;

namespace Doorward.Control.Devices.Providers;

/// <summary>A mapping as operators write it: the same names as in the files that are shipped.</summary>
internal static class MappingFields
{
    private const int MostTables = 16;
    private const string Example = "write a pointer, as /health/overall";

    public static RecordMapping Read(SpecReader fields)
    {
        var mapping = new RecordMapping
        {
            Records = Pointer(fields, "records") ?? "",
            Next = fields.Object("next") is { } next ? ReadNext(next) : null,
            HostName = Pointer(fields, "hostName"),
            Seen = Pointer(fields, "seen"),
            Health = [.. fields.Objects("health", MostTables).Select(ReadTable)],
        };
        fields.End();
        if (mapping.Health.IsEmpty) fields.Fail("health", "nothing says how a machine does", "add health: with a list of at:, green:, yellow: and red:");
        return mapping;
    }

    public static RecordMatch ReadMatch(SpecReader fields)
    {
        var match = new RecordMatch(Pointer(fields, "at") ?? "", fields.Line("label", 256));
        fields.End();
        if (match.At.Length == 0) fields.Fail("at", "is missing", Example);
        return match;
    }

    public static SpecWriter Write(RecordMapping mapping)
    {
        var written = new SpecWriter()
            .Text("records", mapping.Records)
            .Object("next", mapping.Next is not { } next ? null : new SpecWriter().Text("at", next.At).Text("parameter", next.Parameter))
            .Text("hostName", mapping.HostName)
            .Text("seen", mapping.Seen);
        written.Spec["health"] = new System.Text.Json.Nodes.JsonArray([.. mapping.Health.Select(static table =>
            new SpecWriter().Text("at", table.At).Texts("green", table.Green).Texts("yellow", table.Yellow).Texts("red", table.Red).Spec)]);
        return written;
    }

    private static NextPage ReadNext(SpecReader fields)
    {
        var next = new NextPage(Pointer(fields, "at") ?? "", fields.Text("parameter", 64));
        fields.End();
        if (next.At.Length == 0) fields.Fail("at", "is missing", Example);
        return next;
    }

    private static HealthTable ReadTable(SpecReader fields)
    {
        var table = new HealthTable(Pointer(fields, "at") ?? "") { Green = fields.Texts("green", 128), Yellow = fields.Texts("yellow", 128), Red = fields.Texts("red", 128) };
        fields.End();
        if (table.At.Length == 0) fields.Fail("at", "is missing", Example);
        return table;
    }

    private static string? Pointer(SpecReader fields, string field)
    {
        if (fields.Text(field) is not { } text) return null;
        if (JsonPointer.IsValid(text)) return text;
        fields.Fail(field, "is no JSON pointer", Example);
        return null;
    }
}
