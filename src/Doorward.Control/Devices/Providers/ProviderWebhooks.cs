using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Providers;

/// <summary>
/// Takes what providers send by themselves. Nothing of it is read before its signature, and each is taken once; what is refused is counted,
/// and on record once an hour.
/// </summary>
internal sealed class ProviderWebhooks(
    IDbContextFactory<DoorwardDb> databases, SecretSealer sealer, ProviderIntake intake, ProviderStates states, DeviceRefusals refusals, TimeProvider time)
{
    public const int LongestBody = 256 * 1024;
    public const int MostRecords = 1_000;
    private const int LongestId = 256;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <param name="name">Whom it is from, by the address.</param>
    /// <param name="headers">The signature among them.</param>
    /// <param name="body">Null when it is longer than any may be.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<WebhookAnswer> TakeAsync(string name, IHeaderDictionary headers, byte[]? body, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var json = await db.Resources.AsNoTracking().Where(d => d.Kind == ResourceKinds.PostureProvider && d.Name == name).Select(static d => d.Json).SingleOrDefaultAsync(ct);
        var provider = json is null ? null : PostureProviderKind.Load(json);

        // Whoever is no provider learns as much as whoever cannot sign for one; there is nothing to count against a name that is none.
        if (provider?.WebhookSecretSealed is not { } secret) return WebhookAnswer.Unsigned;
        if (body is null) return await RefuseAsync(name, WebhookAnswer.TooLarge);
        var (id, timestamp, signatures) = (Header(WebhookSignature.IdHeader), Header(WebhookSignature.TimestampHeader), Header(WebhookSignature.SignatureHeader));
        var key = WebhookSignature.KeyOf(Encoding.UTF8.GetString(sealer.Unseal(SecretPurposes.PostureProviderWebhook, name, secret)));
        if (key is null || id.Length is 0 or > LongestId || !WebhookSignature.IsSigned(key, id, timestamp, signatures, body)) return await RefuseAsync(name, WebhookAnswer.Unsigned);
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(seconds - time.GetUtcNow().ToUnixTimeSeconds()) > Tolerance.TotalSeconds)
            return await RefuseAsync(name, WebhookAnswer.Clock);

        // In turn: of two that are one, the second finds the first.
        var turn = _turns.GetOrAdd(name, static _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(ct);
        try
        {
            var answer = await InTurnAsync(db, name, provider, id, body, ct);
            return answer.IsTaken ? answer : await RefuseAsync(name, answer);
        }
        finally
        {
            turn.Release();
        }

        string Header(string header) => headers[header] is [{ } value] ? value : "";
    }

    private async Task<WebhookAnswer> InTurnAsync(DoorwardDb db, string name, PostureProviderSpec provider, string id, byte[] body, CancellationToken ct)
    {
        // The sweep forgets the use after an hour; by then its timestamp is long too old.
        var use = $"provider-webhook:{name}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";
        if (await db.RateLimits.AnyAsync(counter => counter.Key == use, ct)) return WebhookAnswer.Replayed;
        if (Read(provider, body) is not { } records) return WebhookAnswer.Malformed;
        var figures = await intake.TakeAsync(name, provider, records, isWhole: false, ct);
        db.RateLimits.Add(new RateLimitCounter { Key = use, Window = time.GetUtcNow(), Count = 1 });
        await db.SaveChangesAsync(ct);
        states.Heard(name, figures);
        return WebhookAnswer.Taken;
    }

    // A single record may come as it is, without the list around it.
    private static ImmutableArray<ProviderRecord>? Read(PostureProviderSpec provider, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var (mapping, match) = (provider.Reading(), provider.Matching());
            var records = ProviderRecord.Read(document.RootElement, mapping, match, MostRecords)
                ?? ProviderRecord.Read(document.RootElement, mapping with { Records = "" }, match, MostRecords);

            // Of another shape is what names nobody.
            return records is { } read && read.Any(static record => record.Key.Length > 0) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<WebhookAnswer> RefuseAsync(string name, WebhookAnswer answer)
    {
        states.Refused(name);
        await refusals.NoteOfProviderAsync(name, $"webhook-{answer.Code}");
        return answer;
    }
}

/// <summary>What a sender is told: a stable code, and the status that goes with it.</summary>
internal sealed record WebhookAnswer(string Code, int Status)
{
    public static readonly WebhookAnswer Taken = new("taken", StatusCodes.Status204NoContent);
    public static readonly WebhookAnswer Unsigned = new("unsigned", StatusCodes.Status401Unauthorized);
    public static readonly WebhookAnswer Clock = new("clock", StatusCodes.Status401Unauthorized);
    public static readonly WebhookAnswer Replayed = new("replayed", StatusCodes.Status409Conflict);
    public static readonly WebhookAnswer TooLarge = new("too-large", StatusCodes.Status413PayloadTooLarge);
    public static readonly WebhookAnswer Malformed = new("malformed", StatusCodes.Status400BadRequest);

    public bool IsTaken => this == Taken;
}
