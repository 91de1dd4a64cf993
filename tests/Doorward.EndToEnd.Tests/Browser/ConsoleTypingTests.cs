using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>The console is often far away: what somebody types while its answers are on their way stays as they typed it.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleTypingTests(DemoBrowser demo)
{
    private const string Typed = "the quick brown fox";
    private static readonly TimeSpan Away = TimeSpan.FromMilliseconds(120);

    [Fact]
    public async Task Not_a_letter_is_lost_while_answers_are_on_their_way()
    {
        await using var admin = await demo.EnterConsoleAsync("console-far", "administrators");
        var page = admin.Page;
        await page.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            var (server, last) = (socket.ConnectToServer(), Task.CompletedTask);
            server.OnMessage(frame => last = AnswerAsync(last, frame));

            async Task AnswerAsync(Task before, IWebSocketFrame frame)
            {
                var away = Task.Delay(Away, TimeProvider.System);
                await before;
                await away;
                if (frame.Binary is { } bytes) socket.Send(bytes);
                else socket.Send(frame.Text!);
            }
        });
        foreach (var (address, field) in new[] { ("/policies", "search"), ("/settings", "timeZone"), ("/new-policy", "policy-name"), ("/new/posture-rule", "rule-title"), ("/new/person", "name") })
        {
            await admin.GoAsync("console", address);
            await admin.IsInteractiveAsync();
            var there = page.Locator($"#{field}");
            await there.FillAsync("");
            await there.PressSequentiallyAsync(Typed, new() { Delay = 70 });
            await page.WaitForTimeoutAsync(1_000);
            Assert.Equal((address, Typed), (address, await there.InputValueAsync()));
        }

        await admin.GoAsync("console", "/decisions");
        await admin.IsInteractiveAsync();
        await page.Locator("#user").PressSequentiallyAsync("two ");
        await admin.AddressMatchesAsync("user=two$");
        await page.WaitForTimeoutAsync(1_000);
        await page.Locator("#user").PressSequentiallyAsync("words");
        await admin.AddressMatchesAsync("user=two%20words$");
        await admin.FollowAsync("Clear filters");
        await Assertions.Expect(page.Locator("#user")).ToHaveValueAsync("");
    }
}
