using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorward.Core.Agents;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Agent.People;

/// <summary>Asks <c>auth.</c> for a person: for tokens in OAuth's words, and by a token for the rest.</summary>
internal sealed class AuthHost : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;

    public AuthHost(Installation installation) =>
        _http = new HttpClient(installation.Transport()) { BaseAddress = installation.Auth, Timeout = s_patience, MaxResponseContentBufferSize = 256 * 1024 };

    public async Task<T> PostFormAsync<T>(string path, Dictionary<string, string> fields, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var content = new FormUrlEncodedContent(fields);
        using var response = await _http.PostAsync(path, content, ct);
        return await ReadAsync(response, type, ct);
    }

    /// <summary>What the token's session is answered, or why not.</summary>
    public async Task<(T? Answer, DeviceProblem? Problem)> AskAsync<T>(HttpMethod method, string path, string token, HttpContent? content, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request, ct);
        return response.StatusCode == HttpStatusCode.OK
            ? (await ReadAsync(response, type, ct), null)
            : (null, await ReadAsync(response, DeviceJson.Default.DeviceProblem, ct));
    }

    public void Dispose() => _http.Dispose();

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("it is empty");
        }
        catch (JsonException)
        {
            throw new HttpRequestException($"it answers {(int)response.StatusCode}, which cannot be read");
        }
    }
}
