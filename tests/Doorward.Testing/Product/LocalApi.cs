using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Doorward.Testing.Product;

/// <summary>The admin API over the socket in a data directory: what the command line speaks, without the time that starting it takes.</summary>
public sealed class LocalApi : IDisposable
{
    private readonly HttpClient _http;

    public LocalApi(string data)
    {
        var socket = new UnixDomainSocketEndPoint(Path.Combine(data, "control.sock"));
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var dialled = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await dialled.ConnectAsync(socket, cancellation);
                    return new NetworkStream(dialled, ownsSocket: true);
                }
                catch
                {
                    dialled.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://localhost/api/v1/"),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>The answer, or null when there is nothing of that name.</summary>
    public async Task<JsonNode?> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode == System.Net.HttpStatusCode.NotFound ? null : await ReadAsync(response);
    }

    public async Task<JsonNode?> PostAsync(string path, JsonNode body)
    {
        using var response = await _http.PostAsJsonAsync(path, body);
        return await ReadAsync(response);
    }

    public async Task DeleteAsync(string path)
    {
        using var response = await _http.DeleteAsync(new Uri(path, UriKind.Relative));
        await ReadAsync(response);
    }

    /// <summary>Applies documents, all or none.</summary>
    public Task<JsonNode?> ApplyAsync(params JsonObject[] documents) => PostAsync("apply", new JsonObject { ["documents"] = new JsonArray([.. documents]) });

    public static JsonObject Document(string kind, string name, JsonObject spec) => new() { ["kind"] = kind, ["name"] = name, ["spec"] = spec };

    public void Dispose() => _http.Dispose();

    private static async Task<JsonNode?> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new ApiRefusedException((int)response.StatusCode, text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}

/// <summary>The API said no: it did not do it.</summary>
public sealed class ApiRefusedException(int status, string problem) : Exception($"{status}: {problem}")
{
    public int Status => status;
}
