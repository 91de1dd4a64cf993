using Doorward.Core.Protocol;
using Google.Protobuf;

namespace Doorward.Control.Devices.Reports;

/// <summary>What a report seems to say, before anything of it is believed: which nonce it answers, and whether it says facts or only that nothing changed.</summary>
internal readonly record struct ReportClaim(byte[] Nonce, bool SaysFacts)
{
    public static ReportClaim Read(byte[] signed)
    {
        try
        {
            var report = PostureReport.Parser.ParseFrom(SignedPostureReport.Parser.ParseFrom(signed).Report);
            return new ReportClaim(report.Nonce.ToByteArray(), report.Base == 0 || report.Facts.Count > 0);
        }
        catch (InvalidProtocolBufferException)
        {
            return new ReportClaim([], SaysFacts: false);
        }
    }
}
