using Doorward.Console.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Doorward.Console.Components;

/// <summary>Asks a page to bring itself up to date, every few seconds while somebody looks at it.</summary>
public sealed class Follow : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _life = new();

    [Parameter, EditorRequired] public EventCallback OnTick { get; set; }

    [Inject] private Browser Browser { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    public void Dispose()
    {
        _life.Cancel();
        _life.Dispose();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = FollowAsync(_life.Token);
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        using var pace = new PeriodicTimer(Pace, Time);
        try
        {
            while (await pace.WaitForNextTickAsync(ct))
            {
                if (await Browser.IsVisibleAsync(ct)) await OnTick.InvokeAsync();
            }
        }
        catch (Exception end) when (end is OperationCanceledException or JSDisconnectedException)
        {
            // The page is left, or its browser is.
        }
    }
}
