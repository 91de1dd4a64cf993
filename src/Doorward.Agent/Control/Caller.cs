using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Agent.Control;

/// <summary>Asks the control plane, and says why not in words that whoever sits at the machine can use.</summary>
internal sealed class Caller : IDisposable
{
    private const int LongestAnswer = 256 * 1024;
    private readonly HttpClient _http;

    public Caller(SocketsHttpHandler handler, string origin, TimeSpan patience) =>
        _http = new HttpClient(handler) { BaseAddress = new Uri(origin), Timeout = patience, MaxResponseContentBufferSize = LongestAnswer };

    public Task<Heard<TAnswer>> PostAsync<TMessage, TAnswer>(
        string path, TMessage message, JsonTypeInfo<TMessage> type, JsonTypeInfo<TAnswer> answerType, CancellationToken ct)
        where TAnswer : class
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(path, content, answerType, ct);
    }

    public async Task<Heard<TAnswer>> SendAsync<TAnswer>(string path, HttpContent content, JsonTypeInfo<TAnswer> answerType, CancellationToken ct)
        where TAnswer : class
    {
        using (content) return await HearAsync(() => _http.PostAsync(path, content, ct), answerType, ct);
    }

    public Task<Heard<TAnswer>> GetAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken ct)
        where TAnswer : class => HearAsync(() => _http.GetAsync(path, ct), answerType, ct);

    private async Task<Heard<TAnswer>> HearAsync<TAnswer>(Func<Task<HttpResponseMessage>> ask, JsonTypeInfo<TAnswer> answerType, CancellationToken ct)
        where TAnswer : class
    {
        try
        {
            using var response = await ask();
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            if (response.StatusCode == HttpStatusCode.OK) return new Heard<TAnswer>(JsonSerializer.Deserialize(body, answerType), null, null);
            var problem = response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonSerializer.Deserialize(body, DeviceJson.Default.DeviceProblem) : null;

            // A gateway whose control plane is away answers in its own words.
            return problem is { Code: not null, Detail: not null, Fix: not null }
                ? new Heard<TAnswer>(null, problem, null)
                : new Heard<TAnswer>(null, null, $"{_http.BaseAddress!.Host} answers {(int)response.StatusCode}");
        }
        catch (Exception error) when (IsAbsence(error, ct))
        {
            return new Heard<TAnswer>(null, null, Words(error));
        }
    }

    public async Task<(string? Text, string? Silence)> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            return (await _http.GetStringAsync(path, ct), null);
        }
        catch (Exception error) when (IsAbsence(error, ct))
        {
            return (null, Words(error));
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsAbsence(Exception error, CancellationToken ct) => error switch
    {
        OperationCanceledException => !ct.IsCancellationRequested,
        HttpRequestException or IOException or JsonException => true,
        _ => false,
    };

    private string Words(Exception error) => error switch
    {
        JsonException => $"{_http.BaseAddress!.Host} answers what cannot be read",
        OperationCanceledException => $"{_http.BaseAddress!.Host} does not answer",
        HttpRequestException { InnerException: AuthenticationException } => $"{_http.BaseAddress!.Host} is not believed: it is another installation, or this machine's clock is wrong",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"{_http.BaseAddress!.Host} has no address",
        HttpRequestException { StatusCode: { } status } => $"{_http.BaseAddress!.Host} answers {(int)status}",
        _ => $"{_http.BaseAddress!.Host} cannot be reached ({error.InnerException?.Message ?? error.Message})",
    };
}

/// <summary>What came of a call: an answer, a refusal, or silence and its cause.</summary>
internal readonly record struct Heard<T>(T? Answer, DeviceProblem? Problem, string? Silence)
    where T : class
{
    public Heard<TOther> As<TOther>()
        where TOther : class => new(null, Problem, Silence);
}
