using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Json;

/// <summary>Reads sets of the JSON policy format.</summary>
internal sealed class PolicySetJsonReader(JsonReading reading, ParserOptions options)
{
    private readonly PolicyJsonReader _policies = new(reading, options);

    public PolicySet Read(JsonItem root)
    {
        var set = PolicySet.Empty;
        if (!reading.ExpectObject(root, "A set has the members staticPolicies, templates and templateLinks.", "staticPolicies", "templates", "templateLinks")) return set;
        set = ReadStatements(root, "staticPolicies", set);
        set = ReadStatements(root, "templates", set);
        if (!root.TryGet("templateLinks", out var links) || !reading.ExpectArray(links)) return set;
        foreach (var link in links.Elements) set = ReadLink(link, set);
        return set;
    }

    private PolicySet ReadStatements(JsonItem root, string section, PolicySet set)
    {
        if (!root.TryGet(section, out var statements) || !reading.ExpectObject(statements, $"{section} is an object of policies by id.")) return set;
        foreach (var (id, item) in statements.Members)
        {
            if (_policies.ReadText(item) is not { } text) continue;
            var read = PolicyParser.ParsePolicySet(text, options);
            if (!read.Success) reading.Fail(item, read.Errors[0].Message, read.Errors[0].Hint);
            else if (IsTaken(set, id)) reading.Fail(item, $"There are two policies with the id {CedarText.Quote(id)}.");
            else if (section == "templates" && read.PolicySet.Templates.FirstOrDefault() is { } template) set = set.Add(template.WithId(id));
            else if (section == "staticPolicies" && read.PolicySet.Count == 1) set = set.Add(read.PolicySet.InOrder[0].WithId(id));
            else reading.Fail(item, section == "templates" ? "A template has a slot." : "A policy has no slots; put templates into templates.");
        }
        return set;
    }

    private PolicySet ReadLink(JsonItem link, PolicySet set)
    {
        const string Shape = "A link is {\"templateId\": .., \"newId\": .., \"values\": {\"?principal\": {..}}}.";
        if (!reading.ExpectObject(link, Shape, "templateId", "newId", "values")) return set;
        if (!link.TryGet("templateId", out var of) || !link.TryGet("newId", out var id) || !link.TryGet("values", out var values))
        {
            reading.Fail(link, "This is no link.", Shape);
            return set;
        }
        if (!set.TryGetTemplate(of.Text, out var template) || IsTaken(set, id.Text))
        {
            reading.Fail(link, template is null ? $"There is no template {CedarText.Quote(of.Text)}." : $"The id {CedarText.Quote(id.Text)} is taken.");
            return set;
        }
        var slots = new Dictionary<Slot, EntityUid>();
        foreach (var (name, value) in values.Members)
        {
            if (name is "?principal" or "?resource" && _policies.ReadUid(value) is { } uid) slots.Add(name == "?principal" ? Slot.Principal : Slot.Resource, uid);
            else reading.Fail(value, $"There is no slot {CedarText.Quote(name)}.");
        }
        if (slots.Count == template.Slots.Count && template.Slots.All(slots.ContainsKey)) return set.Add(template.Link(id.Text, slots));
        reading.Fail(link, "The values are not those of the template's slots.");
        return set;
    }

    private static bool IsTaken(PolicySet set, string id) => set.TryGet(id, out _) || set.TryGetTemplate(id, out _);
}
