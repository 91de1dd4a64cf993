using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Doorward.Cedar;
using Doorward.Cedar.Comparison;
using Doorward.Cedar.Schemas;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>
/// A file of recorded requests, one JSON object a line, read and compared on all processors, answered in order. Entities are mostly the
/// same again: each text of them is read once.
/// </summary>
internal sealed class RecordedRequestLog(FileInfo file, EntityStore entities, Schema? schema)
{
    // They repeat, but not all for ever: a full memory is emptied.
    private const int MostKept = 20_000;

    private readonly ConcurrentDictionary<string, IEntityStore> _stores = new(StringComparer.Ordinal);
    private long _count;
    private int _kept;

    /// <summary>How many requests have been compared.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>What changes, with the number of its line.</summary>
    public IEnumerable<(long Line, DecisionChange Change)> Compare(PolicySetDiff diff, CancellationToken cancel)
    {
        var answers = File.ReadLines(file.FullName).Select((text, i) => (Text: text, Line: i + 1L))
            .AsParallel().AsOrdered().WithCancellation(cancel).WithMergeOptions(ParallelMergeOptions.AutoBuffered)
            .Select(one => Compare(diff, one.Text, one.Line)).Where(answer => answer.Change is not null || answer.Problem is not null);
        foreach (var (line, change, problem) in answers)
        {
            if (problem is not null)
            {
                throw new CommandFailure(problem, "write {\"principal\":{\"type\":\"User\",\"id\":\"alice\"},\"action\":..,\"resource\":..,\"context\":{..}}", $"{file.FullName}:{line}");
            }

            yield return (line, change!);
        }
    }

    private (long Line, DecisionChange? Change, string? Problem) Compare(PolicySetDiff diff, string text, long line)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (line, null, null);
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            var recorded = Read(json.RootElement);
            Interlocked.Increment(ref _count);
            return (line, diff.Compare(recorded.Request, recorded.Entities), null);
        }
        catch (JsonException)
        {
            return (line, null, "this line is no JSON");
        }
        catch (CedarBatchRefusal refusal)
        {
            return (line, null, refusal.Message);
        }
        catch (ArgumentException exception)
        {
            return (line, null, exception.Message);
        }
    }

    private RecordedRequest Read(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw new CedarBatchRefusal("a line is a JSON object");
        }

        var action = CedarBatchValues.Uid(line, "action");
        var request = new AuthorizationRequest(CedarBatchValues.Uid(line, "principal"), action, CedarBatchValues.Uid(line, "resource"), Context(line, action));
        return new RecordedRequest(request, Entities(line));
    }

    private RecordValue Context(JsonElement line, EntityUid action)
    {
        if (!line.TryGetProperty("context", out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return RecordValue.Empty;
        }

        var utf8 = JsonMarshal.GetRawUtf8Value(given);
        var read = schema is null ? CedarJson.ReadContext(utf8) : CedarJson.ReadContext(utf8, schema, action);
        return read.Value ?? throw new CedarBatchRefusal($"context: {read.Error}");
    }

    private IEntityStore Entities(JsonElement line)
    {
        if (!line.TryGetProperty("entities", out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return entities;
        }

        var text = given.GetRawText();
        if (_stores.TryGetValue(text, out var known))
        {
            return known;
        }

        if (Interlocked.Increment(ref _kept) > MostKept)
        {
            _stores.Clear();
            Interlocked.Exchange(ref _kept, 1);
        }

        return _stores[text] = Store(Encoding.UTF8.GetBytes(text));
    }

    private IEntityStore Store(byte[] utf8)
    {
        var read = schema is null ? CedarJson.ReadEntities(utf8) : CedarJson.ReadEntities(utf8, schema);
        var own = read.Value ?? throw new CedarBatchRefusal($"entities: {read.Error}");
        return entities.Count == 0 ? own : new LayeredEntityStore(entities, own.Entities);
    }
}
