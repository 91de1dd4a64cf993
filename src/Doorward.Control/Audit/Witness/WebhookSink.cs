using System.Net.Http.Headers;
using Doorward.Control.Audit.Notes;

namespace Doorward.Control.Audit.Witness;

/// <summary>Posts checkpoints to an address. Any status of 200 to 299 means that it arrived.</summary>
internal sealed class WebhookSink(Uri address) : ICheckpointSink, IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    // The host only: the rest of such an address is often a secret.
    public string Name => $"webhook {address.Host}";

    public async Task SendAsync(SignedCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(checkpoint.Note);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        using var response = await _client.PostAsync(address, content, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"it answered {(int)response.StatusCode}");
        }
    }

    public void Dispose() => _client.Dispose();
}
