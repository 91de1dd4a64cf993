using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Doorward.Cedar.Evaluation;

namespace Doorward.Cedar.Tests.Properties;

public sealed class PropertyTests
{
    private const string Alphabet = "permit forbid (principal, action in [resource]) when { context.a has \"b*\\n\" like == && || ! - 1 if then else is A::\"x\"}; @ ? // é😀\ud800";

    [Fact]
    public void A_printed_value_reads_as_an_equal_value() =>
        Generators.Value.Sample(value => TestPolicy.Value(value.ToString()).Equals(value), iter: 2000);

    [Fact]
    public void A_value_written_as_json_reads_as_an_equal_value() => Generators.Context.Sample(
        context => CedarJson.ReadContext(Write(writer => CedarJson.WriteContext(writer, context))).Value!.Equals(context), iter: 2000);

    [Fact]
    public void Entities_written_as_json_read_as_equal_entities() => Generators.Store.Sample(
        store =>
        {
            var again = CedarJson.ReadEntities(Write(writer => CedarJson.WriteEntities(writer, store.Entities))).Value!;
            return again.Count == store.Count && store.Entities.All(entity => entity.Equals(again.Find(entity.Uid)));
        }, iter: 500);

    [Fact]
    public void A_printed_expression_means_the_same() => Gen.Select(Generators.Expression, Generators.Store, Generators.Context).Sample(
        (text, store, context) =>
        {
            var expression = TestPolicy.Expression(text);
            var again = TestPolicy.Expression(expression.ToString());
            var request = TestPolicy.Request with { Principal = new EntityUid("User", "1"), Context = context };
            var (first, second) = (new Evaluator(store, request), new Evaluator(store, request));
            return Equals(first.Evaluate(expression), second.Evaluate(again))
                && first.Failure.Kind == second.Failure.Kind && first.Failure.Message == second.Failure.Message
                && again.ToString() == expression.ToString();
        }, iter: 5000);

    [Fact]
    public void A_store_changed_step_by_step_is_the_store_made_at_once() => Generators.Entity.Array[0, 12].Sample(
        steps =>
        {
            var store = EntityStore.Empty;
            var entities = new Dictionary<EntityUid, Entity>();
            foreach (var entity in steps)
            {
                // A second time the same name: away with it every other time, else replaced.
                if (entities.ContainsKey(entity.Uid) && entity.Attributes.Count % 2 == 0)
                {
                    store = store.Without(entity.Uid);
                    entities.Remove(entity.Uid);
                    continue;
                }
                store = store.With(entity);
                entities[entity.Uid] = entity;
            }
            return IsSame(store, EntityStore.Create(entities.Values));
        }, iter: 2000);

    [Fact]
    public void Entities_laid_over_a_store_are_as_good_as_added_to_it() => Gen.Select(Generators.Store, Generators.Entity.Array[0, 5]).Sample(
        (store, entities) =>
        {
            var layer = entities.DistinctBy(entity => entity.Uid).Where(entity => store.Find(entity.Uid) is null).ToList();
            return IsSame(new LayeredEntityStore(store, layer), layer.Aggregate(store, (all, entity) => all.With(entity)));
        }, iter: 2000);

    [Fact]
    public void No_text_makes_the_parser_throw() => Gen.Int[0, Alphabet.Length - 1].Array[0, 60].Sample(
        picks =>
        {
            var text = string.Concat(picks.Select(pick => Alphabet[pick]));
            var result = PolicySet.Parse(text);
            return result.Success == (result.Errors.Count == 0) && result.Errors.All(error => error.Location.Start + error.Location.Length <= text.Length);
        }, iter: 20000);

    [Fact]
    public void No_damage_to_a_policy_makes_the_parser_throw() => Gen.Select(Generators.Expression, Gen.Int[0, 10_000], Gen.Int[0, 4], Gen.Int[0, Alphabet.Length - 1]).Sample(
        (expression, at, cut, pick) =>
        {
            var text = $"permit (principal in A::\"b\", action, resource) when {{ {expression} }};";
            at %= text.Length;
            var damaged = text.Remove(at, Math.Min(cut, text.Length - at)).Insert(at, Alphabet[pick].ToString());
            var result = PolicySet.Parse(damaged);
            return result.Success || result.Errors.All(error => error.Location.Line > 0 && error.Location.Column > 0);
        }, iter: 10000);

    [Fact]
    public void No_bytes_make_the_json_reader_throw() => Gen.Select(Generators.Store, Gen.Int[0, 100_000], Gen.Byte, Gen.Byte.Array[0, 20]).Sample(
        (store, at, value, noise) =>
        {
            var json = Write(writer => CedarJson.WriteEntities(writer, store.Entities));
            json[at % json.Length] = value;
            var (entities, context) = (CedarJson.ReadEntities(json), CedarJson.ReadContext(noise));
            return entities.Success == (entities.Value is not null) && context.Success == (context.Value is not null);
        }, iter: 10000);

    [Fact]
    public void A_pattern_matches_as_the_definition_says() => Gen.Select(Gen.OneOf('a', 'b').Array[0, 12], Gen.OneOf('a', 'b', '*').Array[0, 8]).Sample(
        (text, pattern) => TestPolicy.Value($"\"{new string(text)}\" like \"{new string(pattern)}\"").Equals(BooleanValue.From(Matches(text, pattern))), iter: 5000);

    // The definition of cedar-spec, exponential and obviously right.
    private static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        if (pattern.IsEmpty) return text.IsEmpty;
        if (pattern[0] == '*') return Matches(text, pattern[1..]) || (!text.IsEmpty && Matches(text[1..], pattern));
        return !text.IsEmpty && text[0] == pattern[0] && Matches(text[1..], pattern[1..]);
    }

    private static bool IsSame(IEntityStore a, EntityStore b)
    {
        EntityUid[] uids = [.. from type in new[] { "User", "Group", "NS::Group" } from id in new[] { "1", "2", "3" } select new EntityUid(type, id)];
        return uids.All(uid => Equals(a.Find(uid), b.Find(uid)) && uids.All(other => a.IsBelow(uid, other) == b.IsBelow(uid, other)));
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
