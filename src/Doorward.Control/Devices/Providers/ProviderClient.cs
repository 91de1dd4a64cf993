using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Upstreams;

namespace Doorward.Control.Devices.Providers;

/// <summary>
/// Asks a provider for all that it knows. It goes where an upstream may lead a gateway and nowhere else, follows no redirect, and reads so
/// much in so long a time and no more.
/// </summary>
internal sealed class ProviderClient(SecretSealer sealer, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const int LongestPage = 16 * 1024 * 1024;
    private const int MostPages = 100;
    private const int MostRecords = 100_000;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    /// <summary>Its records; or in words why there are none.</summary>
    public async Task<(IReadOnlyList<ProviderRecord>? Records, string? Problem)> AskAsync(string name, PostureProviderSpec provider, AddressRules rules, CancellationToken ct)
    {
        if (provider.Poll is not { } poll) return (null, "it is not asked");
        var (tls, wrong) = UpstreamTrust.Read(poll.CaPem is { } pem ? new UpstreamTlsDefinition { CaPem = pem } : null, poll.Url);
        if (tls is null) return (null, wrong);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = new UpstreamDialer(rules, poll.AllowSpecialAddresses, tls).ConnectAsync,
            MaxResponseHeadersLength = 32,
            ActivityHeadersPropagator = null,
        })
        {
            MaxResponseContentBufferSize = LongestPage,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (poll.BearerSealed is { } bearer)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Encoding.UTF8.GetString(sealer.Unseal(SecretPurposes.PostureProviderBearer, name, bearer)));
        try
        {
            return await PagesAsync(client, provider, poll.Url, either.Token);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            return (null, Words(fault));
        }
    }

    private static async Task<(IReadOnlyList<ProviderRecord>? Records, string? Problem)> PagesAsync(HttpClient client, PostureProviderSpec provider, Uri first, CancellationToken ct)
    {
        var all = ImmutableArray.CreateBuilder<ProviderRecord>();
        var (mapping, at) = (provider.Reading(), first);
        for (var page = 0; page < MostPages; page++)
        {
            using var response = await client.GetAsync(at, ct);
            if (response.StatusCode != System.Net.HttpStatusCode.OK) return (null, $"it answers with status {(int)response.StatusCode}");
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct), Strict);
            if (ProviderRecord.Read(answer.RootElement, mapping, provider.Matching(), MostRecords - all.Count) is not { } records)
                return (null, "its answer has no list of records where the mapping says, or too long a one");
            all.AddRange(records);
            if (mapping.Next is not { } next || JsonPointer.Text(answer.RootElement, next.At) is not { Length: > 0 } value) return (all.DrainToImmutable(), null);
            if (After(first, next, value) is not { } following) return (null, "its next page is at another host");
            at = following;
        }

        return (null, $"it has more than {MostPages} pages");
    }

    // The secret goes to no other host than it was given for.
    private static Uri? After(Uri first, NextPage next, string value)
    {
        if (next.Parameter is { } parameter)
            return new UriBuilder(first) { Query = $"{first.Query.TrimStart('?')}{(first.Query.Length > 1 ? "&" : "")}{Uri.EscapeDataString(parameter)}={Uri.EscapeDataString(value)}" }.Uri;
        return Uri.TryCreate(first, value, out var uri) && uri.GetLeftPart(UriPartial.Authority) == first.GetLeftPart(UriPartial.Authority) ? uri : null;
    }

    private static string Words(Exception fault) => fault switch
    {
        JsonException => "its answer is no JSON, or nested too deeply",
        OperationCanceledException => $"it did not answer within {Patience.TotalSeconds:0} s",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "its answer is too long",
        _ => Shown.Text((fault.InnerException ?? fault).Message),
    };
}
