using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Schemas;
using Doorward.Cedar.Tests.Worlds;

namespace Doorward.Cedar.Tests.Properties;

/// <summary>Whatever form a random policy or schema is written in, it stays what it is.</summary>
public sealed class RoundTripTests(ITestOutputHelper output)
{
    [Fact]
    public void Policies_are_the_same_through_json_and_back() => Policies(400, JsonAndBack);

    [Fact(Explicit = true)]
    public void Policies_are_the_same_through_json_and_back_100_000_times() => Policies(100_000, JsonAndBack);

    [Fact]
    public void A_layout_is_its_own_layout_says_the_same_and_keeps_every_comment() => Policies(400, Layout);

    [Fact(Explicit = true)]
    public void A_layout_is_its_own_layout_says_the_same_and_keeps_every_comment_100_000_times() => Policies(100_000, Layout);

    [Fact]
    public void Schemas_are_the_same_in_both_syntaxes() => Each(300, Schemas);

    [Fact(Explicit = true)]
    public void Schemas_are_the_same_in_both_syntaxes_50_000_times() => Each(50_000, Schemas);

    private static string? JsonAndBack(World world, Dice dice)
    {
        var json = PolicyJson.Write(world.Policies);
        if (PolicyJson.ReadSet(json).PolicySet is not { } read) return "the JSON is not read";
        if (PolicyJson.Write(read) != json) return $"other JSON: {PolicyJson.Write(read)}";
        if (PolicySet.Parse(string.Join('\n', read)).PolicySet is not { } again || PolicyJson.Write(again) != json) return "other text";
        var entities = EntityStore.Create(world.Entities.Values);
        for (var i = 0; i < 6; i++)
        {
            var request = world.Values.Request();
            foreach (var (one, other) in world.Policies.Zip(again))
            {
                var (before, after) = (Authorizer.Evaluate(one, entities, request), Authorizer.Evaluate(other, entities, request));
                if (before.Kind != after.Kind || before.Error?.Kind != after.Error?.Kind) return $"another answer to {request} of {one}";
            }
        }
        return null;
    }

    private static string? Layout(World world, Dice dice)
    {
        var comments = 0;
        // No string of these policies has a blank.
        var text = string.Join('\n', string.Join('\n', world.Policies).Split(' ').Select(word => dice.OneIn(12) ? $" // c{comments++}\n{word}" : " " + word));
        if (PolicySet.Parse(text).PolicySet is not { } before || PolicyFormatter.Format(text).Text is not { } formatted) return $"not read: {text}";
        if (PolicyFormatter.Format(formatted).Text != formatted) return $"laid out anew:\n{formatted}\n{PolicyFormatter.Format(formatted).Text}";
        if (PolicySet.Parse(formatted).PolicySet is not { } after || PolicyJson.Write(before) != PolicyJson.Write(after)) return $"says something else:\n{text}\n{formatted}";
        for (var i = 0; i < comments; i++)
            if (formatted.Split('\n').Count(line => line.TrimEnd().EndsWith($"// c{i}", StringComparison.Ordinal)) != 1) return $"lost c{i}:\n{text}\n{formatted}";
        return null;
    }

    private static string? Schemas(ulong seed)
    {
        var text = new RandomSchemaText(new Dice(seed)).Make();
        if (Schema.Parse(text) is not { Success: true } read) return $"not read: {Schema.Parse(text).Errors[0]}\n{text}";
        var json = read.Schema.ToJson();
        if (Schema.ParseJson(json).Schema is not { } fromJson) return $"JSON is not read: {json}";
        if (TestSchema.Difference(read.Schema, fromJson) is { } difference) return $"{difference}\n{text}\n{json}";
        if (fromJson.ToJson() != json) return $"other JSON:\n{json}\n{fromJson.ToJson()}";
        var written = TestSchema.Text(fromJson);
        if (Schema.Parse(written).Schema is not { } again) return $"text is not read: {Schema.Parse(written).Errors[0]}\n{written}";
        return TestSchema.Difference(read.Schema, again) ?? (TestSchema.Text(again) == written ? null : $"other text:\n{written}\n{TestSchema.Text(again)}");
    }

    private void Policies(int worlds, Func<World, Dice, string?> find) =>
        Each(worlds, seed => find(World.Make(seed, leastPolicies: 1, mostPolicies: 4), new Dice(seed)));

    private void Each(int count, Func<ulong, string?> find)
    {
        var first = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {first}");
        for (var seed = first; seed < first + (ulong)count; seed++)
            if (find(seed) is { } problem) Assert.Fail($"seed {seed}: {problem}");
    }
}
