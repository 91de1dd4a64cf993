using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Core.Devices.Enrolment;
using Doorward.Testing.Devices;

namespace Doorward.Control.Tests.Devices;

/// <summary>A control plane, and devices that come to it as a gateway hands them on.</summary>
public sealed class DeviceWorld : IAsyncLifetime
{
    private TestControlPlane _control = null!;
    private TestGateway _gateway = null!;
    private HttpClient _client = null!;
    private HttpClient _local = null!;

    internal TestControlPlane Control => _control;

    internal TestGateway Gateway => _gateway;

    public HttpClient Local => _local;

    public static async Task<DeviceWorld> StartAsync(TimeProvider? time = null)
    {
        var world = new DeviceWorld();
        await world.BeginAsync(time);
        return world;
    }

    public async ValueTask InitializeAsync() => await BeginAsync(null);

    /// <summary>The gateway with a new certificate: its own ended when the clock was moved.</summary>
    public async Task RejoinAsync()
    {
        _client?.Dispose();
        _gateway?.Dispose();
        _gateway = await _control.JoinAsync();
        _client = new HttpClient(TestGateway.Handler(TestGateway.Ca(_control), _gateway.Certificate)) { BaseAddress = _control.Address };
    }

    public async Task<EnrolmentLink> InviteAsync(object? body = null)
    {
        using var response = await _local.PostAsJsonAsync("devices/invitations", body ?? new { });
        var made = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, made.ToString());
        return EnrolmentLink.TryParse(made.GetProperty("link").GetString()!, out var link) ? link : throw new InvalidOperationException("The link is none.");
    }

    public async Task<TestDevice> EnrolAsync(string hostName = "laptop", object? invitation = null) =>
        await TestDevice.EnrolAsync(SendAsync, await InviteAsync(invitation), hostName);

    public TestDevice NewDevice() => new(SendAsync);

    /// <summary>As the gateway's handshake and table of headers leave it.</summary>
    public async Task<HttpResponseMessage> SendAsync(string label, string path, HttpContent? content, X509Certificate2? certificate)
    {
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = content };
        request.Headers.Host = $"{label}.{TestInstallation.Domain}:8443";
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        request.Headers.Add("X-Forwarded-Proto", "https");
        if (label == "agent" && certificate is not null) request.Headers.Add("Client-Cert", $":{Convert.ToBase64String(certificate.RawData)}:");
        return await _client.SendAsync(request);
    }

    private async Task BeginAsync(TimeProvider? time)
    {
        _control = await TestControlPlane.StartAsync(time: time);
        _local = Api.ApiHost.LocalClient(_control);
        await RejoinAsync();
    }

    public async Task<JsonElement> ActAsync(string path, object? body = null)
    {
        using var response = await _local.PostAsJsonAsync($"devices/{path}", body ?? new { });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }

    public async Task<JsonElement> ShowAsync(string device) => (await _local.GetFromJsonAsync<JsonElement>($"devices/{device}")).GetProperty("device");

    public async Task<IReadOnlyList<JsonElement>> AuditAsync(string action) =>
        [.. (await _local.GetStringAsync("audit/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(entry => entry.TryGetProperty("action", out var named) && named.GetString() == action)];

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _local.Dispose();
        _gateway.Dispose();
        await _control.DisposeAsync();
    }
}
