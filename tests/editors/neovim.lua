-- Neovim against `wend lsp`: what the page editor-support/neovim.md promises, seen from inside the editor. Ends with 1 and a line
-- on standard error when something does not hold.
local folder, wend = os.getenv("FOLDER"), os.getenv("WEND")

local function fail(what)
  io.stderr:write("not so: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local function check(holds, what)
  if not holds then fail(what) end
end

local function eventually(what, holds)
  check(vim.wait(60000, holds, 20), what)
end

local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 60000) or {}
  for _, answer in pairs(answers) do
    if answer.error then return nil, answer.error.message end
    return answer.result
  end
  fail("no answer to " .. method)
end

local function at(line, column)
  local params = vim.lsp.util.make_position_params(0, "utf-16")
  params.position = { line = line, character = column }
  return params
end

local function run()
  vim.cmd("edit " .. folder .. "/journeys.wend")
  local journeys = vim.api.nvim_get_current_buf()
  local id = vim.lsp.start_client({ name = "wend", cmd = { wend, "lsp", "--log", folder .. "/lsp.log" }, root_dir = folder })
  check(id, "the server starts")
  vim.lsp.buf_attach_client(journeys, id)
  eventually("the server is ready", function() return vim.lsp.get_client_by_id(id) and vim.lsp.get_client_by_id(id).initialized end)

  -- A mistake is told, and gone when it is mended.
  vim.api.nvim_buf_set_text(journeys, 2, 20, 2, 25, { "helo 🎉" })
  eventually("a mistake is told", function() return #vim.diagnostic.get(journeys) > 0 end)
  check(vim.diagnostic.get(journeys)[1].source == "wend", "the diagnostic is ours")
  vim.cmd("undo")
  eventually("it is gone when it is mended", function() return #vim.diagnostic.get(journeys) == 0 end)

  -- What a name is, and where it comes from.
  local hover = request("textDocument/hover", at(3, 19))
  check(hover and hover.contents.value:find("measure `plays`", 1, true), "hover tells of the measure")
  local places = request("textDocument/definition", at(3, 19))
  check(places and places[1].uri == vim.uri_from_fname(folder .. "/project.wend") and places[1].range.start.line == 13, "the measure is declared in the other file")

  local found = request("textDocument/completion", at(2, 20))
  local offered = false
  for _, item in ipairs(found.items) do offered = offered or item.label == "hello" end
  check(offered, "behind `send` messages are offered")

  -- Another name, in both files; the step keeps its past.
  local edit = request("textDocument/rename", vim.tbl_extend("force", at(3, 19), { newName = "listens" }))
  vim.lsp.util.apply_workspace_edit(edit, "utf-16")
  check(vim.api.nvim_buf_get_lines(journeys, 3, 4, false)[1]:find("listens >= 5", 1, true), "the use is renamed")
  local other = vim.fn.bufnr(folder .. "/project.wend")
  check(other > 0 and vim.api.nvim_buf_get_lines(other, 13, 14, false)[1]:find("measure listens", 1, true), "the declaration is renamed")
  edit = request("textDocument/rename", vim.tbl_extend("force", at(3, 8), { newName = "later" }))
  vim.lsp.util.apply_workspace_edit(edit, "utf-16")
  check(vim.api.nvim_buf_get_lines(journeys, 3, 4, false)[1]:find("step later renamed from second", 1, true), "a step says what it was")
  local _, refused = request("textDocument/rename", vim.tbl_extend("force", at(3, 8), { newName = "where" }))
  check(refused and refused:find("a word of the language", 1, true), "a word of the language is refused as a name")

  -- The one style.
  vim.api.nvim_buf_set_lines(journeys, 1, 2, false, { "      enter   on play" })
  local edits = request("textDocument/formatting", vim.lsp.util.make_formatting_params({ tabSize = 2, insertSpaces = true }))
  vim.lsp.util.apply_text_edits(edits, journeys, "utf-16")
  check(vim.api.nvim_buf_get_lines(journeys, 1, 2, false)[1] == "  enter on play", "the text is formatted")
  local symbols = request("textDocument/documentSymbol", { textDocument = vim.lsp.util.make_text_document_params() })
  check(#symbols == 1 and symbols[1].name == "greet" and #symbols[1].children == 2, "the outline has the journey and its steps")

  local ended = false
  vim.lsp.get_client_by_id(id).stop()
  eventually("the server ends", function()
    ended = vim.lsp.client_is_stopped(id)
    return ended
  end)
end

local well, why = pcall(run)
if not well then fail(tostring(why)) end
vim.cmd("qall!")
