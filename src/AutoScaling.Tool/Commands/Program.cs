using AutoScaling.Tool.Commands;

return await CommandRun.InvokeAsync(ToolCommand.Create(), args);
