using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>What a person does in the browser when <c>doorward-agent login</c> opened a page there.</summary>
internal static partial class LoginInBrowser
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>What the command said, to its end.</summary>
    /// <param name="login">The command, which runs.</param>
    /// <param name="browser">Of a person who is signed in.</param>
    /// <param name="machine">Reaches the loopback of the machine that the command runs on.</param>
    /// <param name="choice">The button that is pressed.</param>
    public static async Task<string> FinishAsync(Process login, Visitor browser, SocketsHttpHandler machine, string choice = "allow")
    {
        var said = "";
        Match address;
        do
        {
            var line = await login.StandardError.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System);
            Assert.True(line is not null, said);
            said += line + "\n";
            address = Address().Match(line);
        }
        while (!address.Success);
        using (var page = await browser.FollowAsync(HttpMethod.Get, address.Value))
        {
            var words = await page.Content.ReadAsStringAsync();
            var form = HtmlForm.All(words).SingleOrDefault(static form => form.Fields.ContainsKey("client_id"));
            Assert.True(form is not null, $"{(int)page.StatusCode} {page.RequestMessage?.RequestUri} {page.Headers} {words}");
            using var answer = await browser.SendAsync(HttpMethod.Post, new Uri(new Uri(address.Value), form.Action).ToString(), new Dictionary<string, string>(form.Fields) { ["choice"] = choice });
            using var back = new HttpClient(machine);

            // Another site's answer, and one of somebody else's making, are not taken.
            using var forged = await back.GetAsync(new Uri(answer.Headers.Location!, "?code=stolen&state=guessed"));
            Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
            using var told = await back.GetAsync(answer.Headers.Location);
            Assert.Equal(HttpStatusCode.OK, told.StatusCode);
        }

        said += await login.StandardOutput.ReadToEndAsync() + await login.StandardError.ReadToEndAsync();
        await login.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
        return said;
    }

    [GeneratedRegex(@"https://auth\.\S+/connect/authorize\S+")]
    private static partial Regex Address();
}
