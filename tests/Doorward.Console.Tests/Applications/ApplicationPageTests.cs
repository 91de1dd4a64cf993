using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Bunit;
using Doorward.Console.Grants;
using Doorward.Console.Tests.Roles;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Tests.Applications;

/// <summary>The page of one application, and what gateways say of it.</summary>
public sealed class ApplicationPageTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_key_that_is_typed_is_shown_nowhere_and_saving_it_offers_no_undo_that_could_not_be_one()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=doorward", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        Assert.Null((await page.Api.PutAsync<JsonElement>("applications/keyed", new ResourceBody(JsonSerializer.SerializeToElement(
            new { hosts = new[] { "keyed.doorward.localhost" }, upstream = "https://127.0.0.1:9" })))).Problem);
        var shown = page.Enter("/applications/keyed");
        await shown.WaitForStateAsync(() => shown.FindAll("#tls-clientKey").Count > 0, Patience);
        await shown.Find("#tls-clientCertificate").InputAsync(new() { Value = certificate.ExportCertificatePem() });
        await shown.Find("#tls-clientKey").InputAsync(new() { Value = key.ExportPkcs8PrivateKeyPem() });
        Assert.Contains("THE-CLIENT-KEY", shown.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", string.Concat(shown.FindAll("pre").Select(static block => block.TextContent)), StringComparison.Ordinal);
        await shown.Find("main form").SubmitAsync();
        await shown.WaitForStateAsync(() => shown.FindAll(".toast").Any(static toast => toast.TextContent.Contains("Saved keyed.", StringComparison.Ordinal)), Patience);
        Assert.DoesNotContain(shown.FindAll(".toast button"), static button => button.TextContent == "Undo");
        Assert.True((await page.Api.GetAsync<ResourceView>("applications/keyed")).Value!.Spec["tls"]!["clientKey"] is not null);

        // Its twin: what holds no secret can be put back.
        await shown.Find("#labels").InputAsync(new() { Value = "team=red" });
        await shown.Find("main form").SubmitAsync();
        await shown.WaitForStateAsync(() => shown.FindAll(".toast button").Any(static button => button.TextContent == "Undo"), Patience);
    }

    [Fact]
    public async Task An_address_that_a_gateway_reports_turns_no_text_around()
    {
        await fixture.Ground.ReportAsync("192.0.2.1\u202E");
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = await page.OpenAsync(typeof(GrantsPage), "/grants");
        await shown.WaitForStateAsync(() => shown.Markup.Contains("192.0.2.1[U+202E]", StringComparison.Ordinal), Patience);
    }
}
