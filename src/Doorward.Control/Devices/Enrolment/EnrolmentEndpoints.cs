using System.Net.Mime;
using Doorward.Control.Certificates;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Devices.Enrolment;

/// <summary>Enrolment at <c>auth.</c>, where machines are strangers still.</summary>
internal static class EnrolmentEndpoints
{
    public static IEndpointRouteBuilder MapEnrolment(this IEndpointRouteBuilder auth)
    {
        auth.MapGet(DevicePaths.Authorities, static (WebCa web, ComponentCa components) => Results.Text(
            $"{web.Certificate.ExportCertificatePem()}\n{components.Certificate.ExportCertificatePem()}\n", "application/x-pem-file"));
        auth.MapGet(DevicePaths.Enrolment, static () => Results.Text(
            "This link enrols one machine, once. On that machine run\n\n    doorward-agent enroll LINK\n\nwith the whole link, as it stands in the address bar, in place of LINK.\n",
            MediaTypeNames.Text.Plain));
        auth.MapPost(DevicePaths.Start, static (HttpContext context, Enrolments enrolments) => DeviceAnswers.AnswerAsync(
            context, DeviceJson.Default.EnrolmentStart, async start =>
            {
                var (challenge, problem) = await enrolments.StartAsync(start, context.Connection.RemoteIpAddress, context.RequestAborted);
                return DeviceAnswers.Answer(challenge, problem, DeviceJson.Default.EnrolmentChallenge);
            }));
        auth.MapPost(DevicePaths.Finish, static (HttpContext context, Enrolments enrolments) => DeviceAnswers.AnswerAsync(
            context, DeviceJson.Default.EnrolmentFinish, async finish =>
            {
                var (done, problem) = await enrolments.FinishAsync(finish, context.Connection.RemoteIpAddress, context.RequestAborted);
                return DeviceAnswers.Answer(done, problem, DeviceJson.Default.EnrolmentDone);
            }));
        auth.MapPost(DevicePaths.Certificate, static (HttpContext context, CertificateOrders orders) => DeviceAnswers.AnswerAsync(
            context, DeviceJson.Default.SignedCertificateOrder, async order =>
            {
                var (certificate, problem) = await orders.TakeAsync(order, context.RequestAborted);
                return DeviceAnswers.Answer(certificate, problem, DeviceJson.Default.DeviceCertificate);
            }));
        return auth;
    }
}
