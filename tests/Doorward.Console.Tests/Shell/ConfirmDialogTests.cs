using Bunit;
using Doorward.Console.Calls;
using Doorward.Console.Shell;
using Doorward.Console.Tests.Roles;
using Doorward.Control.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Shell;

/// <summary>What waits for its viewer to confirm that it is they.</summary>
public sealed class ConfirmDialogTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_done_once_its_page_says_that_it_still_asks_and_not_while_that_is_silent(bool isOpen)
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var asked = page.JSInterop.Setup<bool>("doorward.isOpen", static _ => true);
        page.Render<ConfirmDialog>();
        var answer = page.Services.GetRequiredService<ConfirmPrompt>().AskAsync(new ApiProblem { Title = "Confirm", Status = 403, Detail = "This needs you." });
        await EventuallyAsync(() => asked.Invocations.Count > 0);
        Assert.False(answer.IsCompleted);
        asked.SetResult(isOpen);
        if (isOpen) Assert.True(await answer.WaitAsync(Patience));
        else await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromSeconds(3)));
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); !condition();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Xunit.TestContext.Current.CancellationToken);
        }
    }
}
