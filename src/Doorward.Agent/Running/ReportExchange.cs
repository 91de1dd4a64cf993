using System.Collections.Immutable;
using Doorward.Agent.Control;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Running;

/// <summary>
/// Sends what is known of the machine, and goes on from where the control plane is: when an answer was lost, or it knows less than the
/// report builds on, the whole is sent at once.
/// </summary>
internal sealed class ReportExchange(ControlLink link, ReportWriter writer, byte[] nonce)
{
    private const int Attempts = 3;
    private byte[] _nonce = nonce;

    public async Task<Heard<ReportAnswer>> SendAsync(ImmutableArray<PostureFact> facts, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var heard = await link.ReportAsync(writer.Write(facts, _nonce), ct);
            if (heard.Answer is { } answer)
            {
                writer.Accepted();
                _nonce = answer.Nonce;
                return heard;
            }

            writer.Forget();
            if (heard.Problem?.Nonce is not { } next) return heard;
            _nonce = next;
            if (attempt == Attempts || heard.Problem.Code is not ("replayed" or "other-nonce" or "other-base")) return heard;
        }
    }
}
