using System.Net;
using System.Net.Http.Json;
using Doorward.Control.Tests.Api;

namespace Doorward.Control.Tests.Resources;

/// <summary>A deletion says why, and takes away what was looked at and nothing newer.</summary>
public sealed class DeletionTests
{
    [Theory]
    [InlineData("applications", """{"hosts":["gone.doorward.localhost"],"upstream":"http://127.0.0.1:9"}""")]
    [InlineData("groups", "{}")]
    [InlineData("users", "{}")]
    [InlineData("policies", """{"cedar":"forbid (principal, action, resource == Application::\"none\");"}""")]
    public async Task What_was_changed_meanwhile_stays_and_what_goes_has_its_reason_in_the_audit_log(string kind, string spec)
    {
        await using var host = await ApiHost.StartAsync();
        using var made = await host.Local.PutAsync($"{kind}/gone", new StringContent($$"""{"spec":{{spec}}}""", null, "application/json"));
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        using var looked = await host.Local.GetAsync($"{kind}/gone");

        Assert.Equal(HttpStatusCode.PreconditionFailed, await DeleteAsync(host, $"{kind}/gone?reason=old", "\"99\""));
        Assert.Equal(HttpStatusCode.BadRequest, await DeleteAsync(host, $"{kind}/gone?reason=two%0Alines", looked.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.OK, (await host.Local.GetAsync($"{kind}/gone")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await DeleteAsync(host, $"{kind}/gone?reason=no%20longer%20needed", looked.Headers.ETag.Tag));
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(host, $"{kind}/gone?reason=again", looked.Headers.ETag.Tag));
        Assert.Contains(await host.AuditAsync(), static line => line.GetRawText().Contains("no longer needed", StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> DeleteAsync(ApiHost host, string path, string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        request.Headers.Add("If-Match", version);
        using var answer = await host.Local.SendAsync(request);
        return answer.StatusCode;
    }
}
