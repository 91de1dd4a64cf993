namespace Doorward.EndToEnd.Tests.Browser;

[Collection(nameof(DemoBrowser))]
public sealed class TroubleTests(DemoBrowser demo)
{
    [Fact]
    public async Task An_application_that_does_not_answer_is_a_page_with_a_reference_and_a_way_to_try_again()
    {
        await demo.AddUserAsync("patient");
        await using var person = await demo.OpenAsync();
        await person.GoAsync("broken", "/report?year=2026");
        await person.SignInAsync("patient", new Authenticator());
        await person.ArrivesAsync("broken", "/report?year=2026");
        await person.SeesAsync("The application does not answer");
        Assert.Equal(502, person.Status);
        Assert.Matches(@"Reference ref_\w+", await person.TextAsync());
        await person.AuditAsync("bad-gateway");
        await person.FollowAsync("Try again");
        await person.ArrivesAsync("broken", "/report?year=2026");
    }

    [Theory]
    [InlineData("auth", "/invitation/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 410, "This link is no longer good")]
    [InlineData("auth", "/no/such/page", 404, "There is nothing here")]
    [InlineData("auth", "/signin?host=gone.doorward.test&browser=x", 400, "This link is not complete")]
    [InlineData("desk", "/.doorward/callback?code=a&state=b", 400, "This sign-in cannot be finished here")]
    [InlineData("desk", "/.doorward/nothing", 404, "There is nothing here")]
    [InlineData("desk", "/a//b", 400, "This request could not be read safely")]
    public async Task What_cannot_go_on_is_said_in_words(string host, string path, int status, string heading)
    {
        await using var person = await demo.OpenAsync();
        await person.GoAsync(host, path);
        await person.SeesAsync(heading);
        Assert.Equal(status, person.Status);
        await person.AuditAsync($"trouble-{status}-{heading.Replace(' ', '-').ToLowerInvariant()}");
    }
}
