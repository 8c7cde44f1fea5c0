;;; memento-prompts-show.el --- One prompt with all its text  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; RET in the list, in the timeline and in other places shows a prompt here: when and where it was asked, what it cost, what
;; you said of it, its text, and what was pasted, folded.  What looks like a key or token is masked until `v'.

;;; Code:

(require 'memento-prompts-mark)

(declare-function memento-core-prompt-show "ext:memento-core")
(declare-function memento--evil-prompts "memento-evil")

(defface memento-prompts-label '((t :inherit shadow))
  "Face of the names of what is told about a prompt."
  :group 'memento-prompts)

;;;; Internal variables

(defvar-local memento--prompts-shown nil
  "The prompt that is shown.")

(defvar-local memento--prompts-revealed nil
  "Non-nil if keys and tokens are shown as they are.")

(defvar-local memento--prompts-from nil
  "The buffer from which the prompt was opened, which knows its neighbours.")

;;;; Drawing

(defun memento--prompts-show-field (label text &optional face)
  "Insert a line of LABEL and TEXT in FACE, unless TEXT is nil."
  (when text
    (insert (propertize (concat (propertize (format "%-9s" label) 'face 'memento-prompts-label)
                                (if face (propertize text 'face face) text))
                        'wrap-prefix (make-string 9 ?\s))
            "\n")))

(defun memento--prompts-tokens (turn)
  "Return what TURN cost in words, or nil."
  (let ((read (+ (plist-get turn :input) (plist-get turn :cache-read) (plist-get turn :cache-written))))
    (and (> (+ read (plist-get turn :output)) 0)
         (format "%s read (%s from the cache), %s written; context %s → %s"
                 (memento--number read) (memento--number (plist-get turn :cache-read))
                 (memento--number (plist-get turn :output))
                 (memento--number (plist-get turn :context-before))
                 (memento--number (plist-get turn :context-after))))))

(defun memento--prompts-show-head (prompt)
  "Insert what is known of PROMPT."
  (let ((turn (plist-get prompt :turn)))
    (memento--prompts-show-field "Prompt" (number-to-string (plist-get prompt :id)))
    (memento--prompts-show-field "Asked" (memento--time (plist-get prompt :time) "%A %Y-%m-%d %H:%M:%S"))
    (memento--prompts-show-field "Project" (and (plist-get prompt :project)
                                                (abbreviate-file-name (plist-get prompt :project)))
                                 'memento-prompts-project)
    (memento--prompts-show-field "Branch" (plist-get turn :branch))
    (memento--prompts-show-field "Session" (plist-get prompt :session))
    (memento--prompts-show-field "Model" (plist-get turn :model))
    (memento--prompts-show-field "Tokens" (and turn (memento--prompts-tokens turn)))
    (memento--prompts-show-field "Length" (memento--count (plist-get prompt :characters) "character"))
    (memento--prompts-show-field "Rating" (if (plist-get prompt :rating)
                                              (memento--prompts-stars (plist-get prompt :rating))
                                            (propertize "not rated: 1 to 5" 'face 'shadow)))
    (memento--prompts-show-field "Tags" (and (plist-get prompt :tags)
                                             (mapconcat (lambda (tag) (concat "#" tag)) (plist-get prompt :tags) " "))
                                 'memento-prompts-tag)
    (memento--prompts-show-field "Note" (and (plist-get prompt :note)
                                             (string-replace "\n" (concat "\n" (make-string 9 ?\s))
                                                             (plist-get prompt :note)))
                                 'memento-prompts-note)
    (memento--prompts-show-field
     "Key" (and (plist-get prompt :secrets)
                (concat (string-join (plist-get prompt :secrets) ", ")
                        (if memento--prompts-revealed "; v masks it again" "; masked, v shows it")))
     'memento-prompts-secret)))

(defun memento--prompts-show-pasted (pasted)
  "Insert PASTED, a plist of the module, folded."
  (let* ((text (plist-get pasted :text))
         (lines (1+ (seq-count (lambda (char) (eq char ?\n)) (string-trim-right text "\n"))))
         (button (insert-text-button
                  (format "Pasted #%s, %s%s" (plist-get pasted :name) (memento--count lines "line")
                          (if (equal (plist-get pasted :type) "text") "" (concat ", " (plist-get pasted :type))))
                  'action #'memento--prompts-toggle 'follow-link t 'help-echo "RET: unfold"))
         (begin (point)))
    (ignore button)
    (insert "\n" (string-trim-right text "\n"))
    (let ((overlay (make-overlay begin (point))))
      (overlay-put overlay 'memento-pasted t)
      (overlay-put overlay 'invisible 'memento-pasted))
    (insert "\n")))

(defun memento--prompts-toggle (&optional button)
  "Fold or unfold what was pasted under BUTTON, by default the one at point."
  (interactive)
  (let* ((button (or button (button-at (point)) (user-error "Go to what was pasted first: TAB")))
         (overlay (seq-find (lambda (overlay) (overlay-get overlay 'memento-pasted))
                            (overlays-in (button-end button) (1+ (button-end button))))))
    (overlay-put overlay 'invisible (if (overlay-get overlay 'invisible) nil 'memento-pasted))))

(defun memento--prompts-show-draw ()
  "Draw the prompt of this buffer, with point where it was."
  (let ((prompt memento--prompts-shown)
        (place (and (> (buffer-size) 0) (point)))
        (inhibit-read-only t))
    (remove-overlays)
    (erase-buffer)
    (memento--prompts-show-head prompt)
    (insert "\n" (string-trim-right (plist-get prompt :text)) "\n")
    (when (plist-get prompt :pasted)
      (insert "\n")
      (mapc #'memento--prompts-show-pasted (plist-get prompt :pasted)))
    (set-buffer-modified-p nil)
    (goto-char (if place (min place (point-max)) (point-min)))))

(defun memento--prompts-show-get (id)
  "Get and draw the prompt ID."
  (setq memento--prompts-shown (memento--with-user-errors
                                 (memento--call #'memento-core-prompt-show id memento--prompts-revealed)))
  (memento--prompts-show-draw))

(defun memento--prompts-show-redraw (prompts)
  "Draw the prompt anew if it is among PROMPTS."
  (let ((id (plist-get memento--prompts-shown :id)))
    (when (seq-some (lambda (prompt) (eql (plist-get prompt :id) id)) prompts)
      (memento--prompts-show-get id))))

;;;; The mode

(defvar memento-prompts-show-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map (make-composed-keymap memento-prompts-mark-map special-mode-map))
    (define-key map (kbd "n") #'memento-prompts-show-next)
    (define-key map (kbd "p") #'memento-prompts-show-previous)
    (define-key map (kbd "TAB") #'forward-button)
    (define-key map (kbd "<backtab>") #'backward-button)
    (define-key map (kbd "q") #'memento-prompts-show-quit)
    (define-key map (kbd "v") #'memento-prompts-show-reveal)
    (define-key map (kbd "T") #'memento-prompts-show-timeline)
    map)
  "Keys of the buffer of one prompt.")

(define-derived-mode memento-prompts-show-mode special-mode "Prompt"
  "Mode of the buffer of one prompt.
\\<memento-prompts-show-mode-map>
1 to 5	rate it; 0 takes the rating away
\\[memento-prompts-note]	write a note on it
\\[memento-prompts-show-next], \\[memento-prompts-show-previous]	the next and the previous one of the list
\\[memento-prompts-show-reveal]	show keys and tokens, or mask them again

\\{memento-prompts-show-mode-map}"
  (visual-line-mode)
  (add-to-invisibility-spec '(memento-pasted . t))
  (setq memento--prompts-here-function (lambda () (list memento--prompts-shown))
        memento--prompts-redraw-function #'memento--prompts-show-redraw
        header-line-format
        (substitute-command-keys
         "\\<memento-prompts-show-mode-map> 1-5 rate  \\[memento-prompts-note] note  \\[memento-prompts-tag] tag  \
\\[memento-prompts-copy] copy  \
\\[memento-prompts-show-next]/\\[memento-prompts-show-previous] next, previous  \\[memento-prompts-show-quit] leave"))
  (setq-local revert-buffer-function
              (lambda (&rest _) (memento--prompts-show-get (plist-get memento--prompts-shown :id))))
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-prompts 'memento-prompts-show-mode memento-prompts-show-mode-map
                           '("n" "p" "TAB" "<backtab>" "v" "T" "q"))))

;;;###autoload
(defun memento-prompts-show (id &optional from)
  "Show all of the prompt ID; its neighbours are those in the buffer FROM."
  (interactive (list (plist-get (memento--prompts-one-here) :id) (current-buffer)))
  (with-current-buffer (get-buffer-create "*memento prompt*")
    (memento-prompts-show-mode)
    (setq memento--prompts-from from)
    (let ((inhibit-read-only t)) (erase-buffer))
    (memento--prompts-show-get id))
  (pop-to-buffer-same-window "*memento prompt*"))

;;;; Commands

(defun memento-prompts-show-next (&optional step)
  "Show the next prompt of the list or the timeline; STEP is 1 or -1."
  (interactive)
  (let* ((from (if (buffer-live-p memento--prompts-from) memento--prompts-from
                 (user-error "Its list is gone")))
         (id (plist-get memento--prompts-shown :id))
         (next (with-current-buffer from
                 (funcall memento--prompts-neighbour-function id (or step 1)))))
    (unless next
      (user-error (if (eql step -1) "This is the first one" "This is the last one")))
    (setq memento--prompts-revealed nil)
    (let ((inhibit-read-only t)) (erase-buffer))
    (memento--prompts-show-get next)))

(defun memento-prompts-show-previous ()
  "Show the previous prompt of the list or the timeline."
  (interactive)
  (memento-prompts-show-next -1))

(defun memento-prompts-show-quit ()
  "Go back to where the prompt was opened from, there to the one that is shown."
  (interactive)
  (let ((id (plist-get memento--prompts-shown :id))
        (from memento--prompts-from))
    (quit-window)
    (when (and (eq (window-buffer) from) memento--prompts-goto-function)
      (funcall memento--prompts-goto-function id))))

(defun memento-prompts-show-reveal ()
  "Show what seems to be a key or token, or mask it again."
  (interactive)
  (unless (plist-get memento--prompts-shown :secrets)
    (user-error "Nothing here looks like a key or token"))
  (setq memento--prompts-revealed (not memento--prompts-revealed))
  (memento--prompts-show-get (plist-get memento--prompts-shown :id)))

(defun memento-prompts-show-timeline ()
  "Show the day of this prompt as a picture."
  (interactive)
  (memento-prompts-timeline
   (memento--time (or (plist-get memento--prompts-shown :time) (user-error "It is not known when this was asked"))
                          "%Y-%m-%d")
   (plist-get memento--prompts-shown :id)))

(autoload 'memento-prompts-timeline "memento-prompts-timeline" nil t)

(provide 'memento-prompts-show)
;;; memento-prompts-show.el ends here
