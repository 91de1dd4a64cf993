using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Benchmarks;

/// <summary>What takes so long that once (after a small one to warm up) says enough: loading a million entities, reading 10,000 policies.</summary>
internal static class Once
{
    private const string SchemaText = """
        entity Group in [Group];
        entity User in [Group] { email: String, department: String, level: Long };
        entity Page { owner: User };
        action read, write appliesTo { principal: User, resource: Page, context: { level: Long, mfa?: Bool } };
        """;

    public static IEnumerable<Line> Run()
    {
        var json = Json();
        return
        [
            .. Load("load 1,000,000 entities, objects", () => EntityStore.Create(People.Entities(People.Million))),
            .. Load($"load 1,000,000 entities, {json.Length / 1_000_000} MB JSON", () => CedarJson.ReadEntities(json).Value!),
            Policies(),
        ];
    }

    // Not inlined, so that nothing of one store is held any more when the next is weighed.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Line[] Load(string name, Func<EntityStore> load)
    {
        var before = Held();
        var (store, seconds) = Time(load);
        var bytes = (Held() - before) / (double)store.Count;
        return
        [
            new Line(name, seconds * 1e9, Target: 5e9),
            new Line($"{name}: bytes each", bytes, Target: 400, Unit: "B"),
            Replace("one of them replaced, other attributes", store, i => People.User(i, i, level: 9)),
            Replace("one of them replaced, other groups", store, i => People.User(i, i + 1, level: 9)),
        ];
    }

    private static Line Replace(string name, EntityStore store, Func<int, Entity> change)
    {
        const int Changes = 20_000;
        var best = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var (_, seconds) = Time(() =>
            {
                var changed = store;
                for (var i = 0; i < Changes; i++) changed = changed.With(change((int)(i * 7919L % People.Million)));
                return changed;
            });
            best = Math.Min(best, seconds * 1e9 / Changes);
        }
        return new Line(name, best, Target: 10_000);
    }

    private static Line Policies()
    {
        var schema = Schema.Parse(SchemaText).Schema!;
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            text.AppendLine($"permit (principal in Group::\"group-{i}\", action == Action::\"read\", resource)");
            text.AppendLine($"when {{ context.level >= {i % 5} && (resource.owner == principal || principal.department == \"d{i}\") }}");
            text.AppendLine("unless { context has mfa && !context.mfa };");
        }
        var options = new ParserOptions { MaxLength = int.MaxValue };
        var (result, seconds) = Time(() => new PolicyValidator(schema).Validate(PolicySet.Parse(text.ToString(), options).PolicySet!));
        if (result.Errors is [var error, ..]) throw new InvalidOperationException($"{error}");
        return new Line("parse and validate 10,000 policies", seconds * 1e9, Target: 2e9);
    }

    private static byte[] Json()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) CedarJson.WriteEntities(writer, People.Entities(People.Million));
        return buffer.WrittenSpan.ToArray();
    }

    private static (T Result, double Seconds) Time<T>(Func<T> work)
    {
        var clock = new CpuClock();
        var (wall, cpu) = (Stopwatch.GetTimestamp(), clock.GetTimestamp());
        var result = work();
        var seconds = (clock.GetTimestamp() - cpu) / (double)TimeSpan.TicksPerSecond;
        Console.WriteLine($"// {seconds:F2} s of CPU, {Stopwatch.GetElapsedTime(wall).TotalSeconds:F2} s on the wall");
        return (result, seconds);
    }

    private static long Held() => GC.GetTotalMemory(forceFullCollection: true);
}
